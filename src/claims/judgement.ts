import { inWords } from './finding';
import { accountsIn } from './key-facts';
import type { KeyFacts } from './key-facts';
import { inAccount, policyAtWorst } from './narrowed-policy';
import { prove } from '../proof';
import type { PolicyDocument, Proof, Question } from '../proof';

/** What became of a claim. */
export interface Judgement {
  readonly verdict: 'true' | 'false' | 'unknown';

  /** Why it is not true, with the witness in words and in JSON; or what stopped the proof. */
  readonly reason: string;

  /** Which of the policy's statements is to blame, from 0. */
  readonly statement?: number;

  /** What makes the claim true, where that is not a change of the statement to blame. */
  readonly remedy?: string;
}

export const TRUE: Judgement = { verdict: 'true', reason: '' };

/**
 * Of a claim that nobody can do what `question` asks for. What only an opaque principal can makes it unknown, not false: who that is,
 * and in which account, nobody knows at synth.
 */
export function nobodyCan(question: Question, facts: KeyFacts, policy: PolicyDocument = facts.policy): Judgement {
  const asked = { resource: facts.keyArn, ...question };
  const ofKnown = prove(policy, { ...asked, except: { ...asked.except, accounts: [...asked.except?.accounts ?? [], ...facts.unknownAccounts] } });
  if (ofKnown.answer === 'yes') { return { verdict: 'false', ...blame(ofKnown, facts) }; }
  const ofAll = facts.opaquePrincipals.length === 0 ? [ofKnown]
    : whereabouts(facts, { policy, question: { ...asked, who: orOpaque(asked.who, facts) } }).map((each) => prove(each.policy, each.question));
  const open = ofAll.find(({ answer }) => answer !== 'no');
  return open ? { verdict: 'unknown', ...blame(open, facts) } : TRUE;
}

/** Of a claim that for each question somebody can do what it asks for. */
export function somebodyCan(questions: readonly Question[], facts: KeyFacts): Judgement {
  const atWorst = policyAtWorst(facts);
  const open = questions.map((question) => ({ resource: facts.keyArn, ...question }))
    .map((question) => ({ question, proof: prove(atWorst, question) })).filter(({ proof }) => proof.answer !== 'yes');
  if (open.length === 0) { return TRUE; }
  const isPossible = ({ question }: typeof open[number]) =>
    whereabouts(facts, { policy: facts.policy, question }).some((each) => prove(each.policy, each.question).answer !== 'no');
  const isFalse = !open.every(isPossible);
  const actions = [...new Set(open.flatMap(({ question }) => question.actions))].join(', ');
  const reasons = [...new Set(open.map(({ proof }) => proof.answer === 'no' && !isFalse ? OPAQUE : proof.reason))];
  return { verdict: isFalse ? 'false' : 'unknown', reason: `${isFalse ? 'Not possible' : 'Not certain'}: ${actions}. ${reasons.join(' ')}` };
}

const OPAQUE = 'It depends on who a principal is that only the deployment tells.';

/** The first of several that is not true; false comes before unknown. */
export function worst(judgements: readonly Judgement[]): Judgement {
  return judgements.find(({ verdict }) => verdict === 'false') ?? judgements.find(({ verdict }) => verdict === 'unknown') ?? TRUE;
}

function blame(proof: Proof, facts: KeyFacts): Omit<Judgement, 'verdict'> {
  return { reason: inWords(proof, facts), statement: proof.statements?.[0]?.index };
}

/** Opaque principals are alone in accounts of their own, or in the key's. */
function whereabouts<T>({ unknownAccounts, account }: KeyFacts, json: T): T[] {
  return unknownAccounts.length === 0 ? [json] : [json, inAccount(json, unknownAccounts, account)];
}

/** Whoever is named may be an opaque principal. */
function orOpaque(who: Question['who'], { opaquePrincipals }: KeyFacts): Question['who'] {
  const { accounts = [], principals = [] } = who ?? {};
  const isAccount = (arn: string) => arn.endsWith(':root');
  return accounts.length + principals.length === 0 ? who : {
    ...who,
    accounts: [...accounts, ...opaquePrincipals.filter(isAccount).flatMap(accountsIn)],
    principals: [...principals, ...opaquePrincipals.filter((arn) => !isAccount(arn))],
  };
}
