import type { DecidingStatement } from './evaluate';
import { Goals } from './goals';
import { listOf } from './policy-document';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import { statementsOf } from './provable-statement';
import type { ProvableStatement } from './provable-statement';
import { ask } from './question';
import type { AskedQuestion, Question } from './question';
import { readingsOf } from './readings';
import { searchRequests } from './request-search';
import type { Found } from './request-search';
import { allowedBy, leanest } from './witness';
import type { Witness } from './witness';

export interface Proof {
  /** `yes` comes with a witness that `evaluate` allows; `no` holds for every request; `unknown` says in `reason` what stopped the proof. */
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly witness?: Witness;
  /** Those that decide about the witness. */
  readonly statements?: readonly DecidingStatement[];
  /** A sentence or two. */
  readonly reason: string;
}

/**
 * Decides whether somebody can do something with a key, whatever the rest of the request, as far as the key policy goes: the
 * caller's own policies are taken to allow it, service control and resource control policies and grants are left aside.
 *
 * Exact for all condition operators and kinds of principals, over the requests that AWS makes: `request-physics.ts`,
 * `key-domains.ts` and `caller-mode.ts` say which condition keys such requests have. Policy variables, NotPrincipal and
 * unresolved tokens are not followed: where they matter, the answer is `unknown`.
 *
 * @throws PolicyError when the policy is not one that IAM accepts
 * @throws QuestionError when the question is none
 */
export function prove(keyPolicy: PolicyDocument, question: Question): Proof {
  const asked = ask(question);
  const { certain, possible, unread } = readingsOf(keyPolicy);
  const sure = allowedRequest(certain, keyPolicy, asked);
  if (sure.yes) return sure.yes;
  const answer = unread.length > 0 ? allowedRequest(possible, keyPolicy, asked) : sure;
  if (answer.yes) return answer.yes;
  const obstacles = [...answer.undecided, ...answer.unchecked ? unread : []];
  if (obstacles.length > 0) return { answer: 'unknown', reason: `Not decided: the policy has ${obstacles.join('; and ')}.` };
  if (answer.unchecked) return { answer: 'unknown', reason: 'Not decided: the witness that was found is not allowed when evaluated, which is a fault of the prover.' };
  return { answer: 'no', reason: 'The key policy allows no request that the question asks for, whatever its context.' };
}

interface Outcome {
  readonly yes?: Proof;
  readonly undecided: ReadonlySet<string>;
  /** Whether a request was found that could not be confirmed. */
  readonly unchecked: boolean;
}

const cache = new WeakMap<PolicyDocument, Goals>();

/** The goals that an allowed request meets one of. */
function goalsOf(policy: PolicyDocument): Goals {
  const known = cache.get(policy);
  if (known) return known;
  const statements = statementsOf(policy);
  const mustNot = statements.filter(({ allows }) => !allows);
  const goals = new Goals(statements.filter(({ allows }) => allows).map((allow) => ({ must: [allow], mustNot })));
  cache.set(policy, goals);
  return goals;
}

function allowedRequest(reading: PolicyDocument, keyPolicy: PolicyDocument, asked: AskedQuestion): Outcome {
  let yes: Proof | undefined;
  let unchecked = false;
  const undecided = searchRequests(goalsOf(reading), asked, (found) => {
    yes = confirmed(keyPolicy, found, keyPolicy) ?? confirmed(readingsOf(keyPolicy).certain, found, keyPolicy);
    unchecked ||= yes === undefined;
    return yes ? 'end' : 'another';
  });
  return { yes, undecided, unchecked };
}

function confirmed(policy: PolicyDocument, { witness: found, goal, mode: { warning } }: Found, keyPolicy: PolicyDocument): Proof | undefined {
  const witness = leanest(policy, found);
  const evaluation = allowedBy(policy, witness);
  if (!evaluation) return undefined;
  const assumed = witness.identityPolicies ? ' It takes the caller\'s own policies to allow it.' : '';
  const reason = `${evaluation.reason}${assumed}${warning === undefined ? '' : ` Beware: ${warning}.`}`;
  return { answer: 'yes', witness, statements: goal.must.map((statement) => deciding(statement, keyPolicy)), reason };
}

/** The statement as it stands in the policy, which may not be as it was read. */
function deciding({ statement: { place: { index } } }: ProvableStatement, keyPolicy: PolicyDocument): DecidingStatement {
  const statement = listOf(keyPolicy.Statement)[index] as PolicyStatement;
  return { policy: 'keyPolicy', policyIndex: 0, index, ...typeof statement.Sid === 'string' ? { sid: statement.Sid } : {}, statement };
}
