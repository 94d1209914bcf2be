import type { KeyFacts } from './key-facts';
import type { PolicyDocument, PolicyStatement } from '../proof';
import { listOf } from '../proof/policy-document';

/** What a `Condition` asks for. */
export type Conditions = NonNullable<PolicyStatement['Condition']>;

/** The policy without the requests that meet one of `conditions`: what remains allowed is what must be explained. */
export function policyBut({ Statement, ...policy }: PolicyDocument, ...conditions: readonly Conditions[]): PolicyDocument {
  const denials = conditions.map((Condition): PolicyStatement => ({ Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', Condition }));
  return { ...policy, Statement: [...listOf(Statement), ...denials] };
}

/** The policy without some of its statements; the others keep their numbers. */
export function policyWithout(policy: PolicyDocument, indices: readonly number[]): PolicyDocument {
  const nothing: PolicyStatement = { Effect: 'Deny', Principal: '*', Action: [], Resource: '*' };
  return indices.length === 0 ? policy
    : { ...policy, Statement: listOf(policy.Statement).map((statement, index) => indices.includes(index) ? nothing : statement) };
}

/** A Deny for somebody whom only the deployment tells may be for anybody. */
export function policyAtWorst({ policy, opaquePrincipals }: KeyFacts): PolicyDocument {
  const isOpaque = ({ Effect, Principal }: PolicyStatement) => Effect === 'Deny' && opaquePrincipals.some((arn) => JSON.stringify(Principal)?.includes(`"${arn}"`));
  const statements = listOf(policy.Statement);
  return statements.some(isOpaque)
    ? { ...policy, Statement: statements.map((statement) => isOpaque(statement) ? { ...statement, Principal: '*' } : statement) } : policy;
}

/** The same, when everything of these accounts is of the account `own`. */
export function inAccount<T>(json: T, accounts: readonly string[], own: string): T {
  return JSON.parse(accounts.reduce((text, account) => text.replaceAll(account, own), JSON.stringify(json)));
}
