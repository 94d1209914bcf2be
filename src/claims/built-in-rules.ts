import type { Asked } from './asked';
import { finding, nameOf } from './finding';
import type { Finding } from './finding';
import { servicesUse, workFor } from './foreign-source';
import { nobodyCan } from './judgement';
import type { Judgement } from './judgement';
import { accountsIn, organizationsIn } from './key-facts';
import type { KeyFacts } from './key-facts';
import { inAccount, policyBut, policyWithout } from './narrowed-policy';
import { servicesAtWork } from './services-at-work';
import { others, strangers } from './strangers';
import { PolicyError, prove, vacuous } from '../proof';
import type { PolicyDocument, Proof } from '../proof';
import { listOf } from '../proof/policy-document';

/** Of which all of it holds: the keys of an app are often alike, and proved once. */
const proved = new Set<string>();
const MAX_PROVED = 1_000;

/** What is proved of every key without asking; nothing where all of it holds. */
export function builtInFindings(facts: KeyFacts, asked?: Asked): Finding[] {
  const services = asked?.services.map(({ index, residual }) => [index, residual]); // for whom they are is said in findings only
  const name = JSON.stringify([{ ...facts, standIns: [...facts.standIns.keys()] }, asked && { ...asked, services }]);
  const findings = proved.has(name) ? [] : findingsOf(facts, asked);
  if (proved.size >= MAX_PROVED) { proved.clear(); }
  if (findings.length === 0) { proved.add(name); }
  return findings;
}

function findingsOf(facts: KeyFacts, asked?: Asked): Finding[] {
  try {
    const idle = idleStatements(facts);
    if (idle.some(({ rule }) => rule.severity === 'error')) { return idle; } // there is no policy to prove anything of
    const open = access(facts, asked);
    const work = asked ? servicesAtWork(facts, asked) : [];
    const all = [...idle, ...open, ...lockOut(facts), ...unscopedServices(facts, statementsOf(open), asked), ...work];
    return all.filter(({ message }, i) => all.findIndex((other) => other.message === message) === i); // several ask what one thing leaves open
  } catch (error) {
    if (error instanceof PolicyError) { return [finding('accepted', error.message)]; }
    throw error;
  }
}

function idleStatements({ policy }: KeyFacts): Finding[] {
  return vacuous(policy).map(({ kind, index, sid, entry, reason }) =>
    finding(kind === 'refused' ? 'accepted' : 'noIdleStatement', `Of ${nameOf(index, sid)}${entry === undefined ? '' : `, ${entry}`}: ${reason}`, index));
}

/** Of a public key it goes without saying that others can use it. */
function access(facts: KeyFacts, asked?: Asked): Finding[] {
  const open = whereFalse('notPublic', nobodyCan(strangers(facts), facts));
  const isPublic = open.some(({ rule }) => rule.severity === 'error');
  return isPublic || !asked ? open : [...open, ...whereFalse('nothingBeyond', nobodyCan(others(facts, asked.accounts, asked.organizations), facts))];
}

/** Only principals of the key's own account can change its policy, so an opaque one that is named for it is taken to be one. */
function lockOut(facts: KeyFacts): Finding[] {
  const { policy, account, unknownAccounts, standIns } = facts;
  const proof = administration(facts, allowing(policy, unknownAccounts, account));
  if (proof.answer === 'yes') { return []; }
  if (proof.answer === 'unknown') { return [finding('decided', `${NOT_KNOWN} ${proof.reason}`)]; }
  const named = accountsIn(policy);
  return standIns.has(account) && administration(facts, allowing(policy, named, account)).answer === 'yes'
    ? [finding('decided', `Whether somebody can change the key policy is not known: its stack is for any account, and the policy names ${named.join(', ')}.`)]
    : [finding('notLockedOut', 'No statement lets anybody in the account of the key call kms:PutKeyPolicy.')];
}

function administration({ account, keyArn }: KeyFacts, policy: PolicyDocument): Proof {
  return prove(policy, { actions: 'kms:PutKeyPolicy', who: { accounts: [account] }, resource: keyArn });
}

/** What the policy allows to these accounts, it allows to the key's own. */
function allowing(policy: PolicyDocument, accounts: readonly string[], own: string): PolicyDocument {
  return { ...policy, Statement: listOf(policy.Statement).map((statement) => statement?.Effect === 'Allow' ? inAccount(statement, accounts, own) : statement) };
}

/** All statements that are to blame, not the first alone: each is taken out and the question asked again. What is open to all has been said. */
function unscopedServices(facts: KeyFacts, open: readonly number[], asked?: Asked): Finding[] {
  const { accounts, organizations } = asked?.sources ?? { accounts: accountsIn(facts.policy), organizations: organizationsIn(facts.policy) };
  const policy = policyBut(facts.policy, ...workFor(facts, [...new Set([facts.account, ...accounts])], organizations));
  const residuals = asked?.services.filter(({ residual }) => residual !== undefined).map(({ index }) => index) ?? [];
  return blamed(facts, policy, [...open, ...residuals]);
}

function statementsOf(findings: readonly Finding[]): number[] {
  return findings.flatMap(({ statement, rule }) => statement !== undefined && rule.severity === 'error' ? [statement] : []);
}

function blamed(facts: KeyFacts, policy: PolicyDocument, without: readonly number[]): Finding[] {
  const [first] = whereFalse('servicesScoped', nobodyCan(servicesUse(facts), facts, policyWithout(policy, without)));
  if (!first) { return []; }
  return first.statement === undefined ? [first] : [first, ...blamed(facts, policy, [...without, first.statement])];
}

/** The same for each question: one thing that is not known is one finding. */
const NOT_KNOWN = 'Who else can use the key, and whether somebody can change its policy, is not known.';

/** Of a rule that says that nobody can. */
function whereFalse(rule: 'notPublic' | 'nothingBeyond' | 'servicesScoped', { verdict, reason, statement }: Judgement): Finding[] {
  switch (verdict) {
    case 'true': return [];
    case 'false': return [finding(rule, reason, statement)];
    case 'unknown': return [finding('decided', `${NOT_KNOWN} ${reason}`, statement)];
  }
}
