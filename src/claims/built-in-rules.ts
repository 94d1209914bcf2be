import type { Asked } from './asked';
import { finding, inWords, isOfOpaque } from './finding';
import type { Finding } from './finding';
import { foreignSourceQuestions } from './foreign-source';
import type { KeyFacts } from './key-facts';
import { servicesAtWork } from './services-at-work';
import { others, strangers } from './strangers';
import { PolicyError, prove, vacuous } from '../proof';
import type { PolicyDocument, PolicyStatement, Proof, Question } from '../proof';
import { listOf } from '../proof/policy-document';

/** What is proved of every key without asking; nothing where all of it holds. */
export function builtInFindings(facts: KeyFacts, asked?: Asked): Finding[] {
  try {
    const idle = idleStatements(facts);
    if (idle.some(({ rule }) => rule.severity === 'error')) { return idle; } // there is no policy to prove anything of
    const open = publicAccess(facts);
    return [...idle, ...open, ...open.length > 0 || !asked ? [] : accessBeyond(facts, asked), ...lockOut(facts), ...unscopedServices(facts, asked),
      ...asked ? servicesAtWork(facts, asked) : []];
  } catch (error) {
    if (error instanceof PolicyError) { return [finding('accepted', error.message)]; }
    throw error;
  }
}

function idleStatements({ policy }: KeyFacts): Finding[] {
  return vacuous(policy).map(({ kind, index, sid, entry, reason }) =>
    finding(kind === 'refused' ? 'accepted' : 'noIdleStatement', `${nameOf(index, sid)}${entry === undefined ? '' : `, ${entry}`}: ${reason}`, index));
}

function publicAccess(facts: KeyFacts): Finding[] {
  return whereFalse('notPublic', facts, prove(facts.policy, strangers(facts)));
}

function accessBeyond(facts: KeyFacts, { accounts, organizations }: Asked): Finding[] {
  return whereFalse('nothingBeyond', facts, prove(facts.policy, others(facts, accounts, organizations)));
}

function lockOut(facts: KeyFacts): Finding[] {
  // Only principals of the key's account can; an opaque one that is named for it must be one.
  const policy = facts.unknownAccounts.reduce((text, unknown) => text.replaceAll(unknown, facts.account), JSON.stringify(facts.policy));
  const proof = prove(JSON.parse(policy) as PolicyDocument, { actions: 'kms:PutKeyPolicy', who: { accounts: [facts.account] }, resource: facts.keyArn });
  switch (proof.answer) {
    case 'yes': return [];
    case 'no': return [finding('notLockedOut', 'No statement lets anybody in the account of the key call kms:PutKeyPolicy.')];
    case 'unknown': return [finding('decided', `Whether somebody can change the key policy is not known. ${proof.reason}`)];
  }
}

/** All statements that are to blame, not the first alone: each is taken out and the question asked again. */
function unscopedServices(facts: KeyFacts, asked?: Asked): Finding[] {
  const residuals = asked?.services.filter(({ residual }) => residual !== undefined).map(({ index }) => index) ?? [];
  const findings = foreignSourceQuestions(facts).flatMap((question) => blamed(facts, question, residuals));
  return findings.filter(({ statement }, i) => findings.findIndex((other) => other.statement === statement) === i);
}

function blamed(facts: KeyFacts, question: Question, without: readonly number[]): Finding[] {
  const proof = prove(without.length > 0 ? withoutStatements(facts.policy, without) : facts.policy, question);
  const [first] = whereFalse('servicesScoped', facts, proof);
  if (!first) { return []; }
  return first.statement === undefined ? [first] : [first, ...blamed(facts, question, [...without, first.statement])];
}

/** The others keep their numbers. */
function withoutStatements(policy: PolicyDocument, indices: readonly number[]): PolicyDocument {
  const nothing: PolicyStatement = { Effect: 'Deny', Principal: '*', Action: [], Resource: '*' };
  return { ...policy, Statement: listOf(policy.Statement).map((statement, index) => indices.includes(index) ? nothing : statement) };
}

/** Of a rule that says that nobody can. What an opaque principal can do is neither right nor wrong. */
function whereFalse(rule: 'notPublic' | 'nothingBeyond' | 'servicesScoped', facts: KeyFacts, proof: Proof): Finding[] {
  switch (proof.answer) {
    case 'no': return [];
    case 'yes': return [finding(isOfOpaque(proof, facts) ? 'decided' : rule, inWords(proof, facts), proof.statements?.[0]?.index)];
    case 'unknown': return [finding('decided', `Whether ${rule === 'servicesScoped' ? 'a service can use the key for others' : 'others can use the key'} is not known. ${proof.reason}`)];
  }
}

function nameOf(index: number, sid: string | undefined): string {
  return sid === undefined ? `Statement ${index + 1}` : `Statement '${sid}'`;
}
