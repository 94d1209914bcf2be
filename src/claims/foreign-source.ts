import type { KeyFacts } from './key-facts';
import type { Conditions } from './narrowed-policy';
import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';
import type { PolicyDocument, Question } from '../proof';
import { listOf } from '../proof/policy-document';

/** Can a service use the key? Of a policy without `workFor` the answer is whether it can for anybody else. */
export function servicesUse({ keyArn }: KeyFacts): Question {
  return { actions: [...CRYPTOGRAPHIC_ACTIONS, 'kms:CreateGrant'], who: { services: ['*'] }, resource: keyArn };
}

/**
 * How a service says that it works for a resource of the template, or of these accounts or organizations: in the source keys, or, as
 * Amazon CloudWatch Logs does, in an ARN of the encryption context (IAM User Guide, The confused deputy problem; AWS KMS Developer
 * Guide, Encryption context). The ARN of a bucket tells no account.
 */
export function workFor(facts: KeyFacts, accounts: readonly string[], organizations: readonly string[]): Conditions[] {
  const { policy, standIns, opaquePrincipals } = facts;
  const ofTemplate = [...standIns.keys()].filter((text) => text.startsWith('arn:') && !opaquePrincipals.includes(text));
  const arns = [...accounts.map((account) => `arn:*:*:*:${account}:*`), ...ofTemplate];
  return [
    { StringEquals: { 'aws:SourceAccount': accounts } },
    ...organizations.length > 0 ? [{ StringEquals: { 'aws:SourceOrgID': organizations } }] : [],
    ...['aws:SourceArn', ...encryptionContextKeys(policy)].map((key): Conditions => ({ ArnLike: { [key]: arns } })),
  ];
}

/** The keys of the encryption context for whose ARNs statements ask. */
function encryptionContextKeys({ Statement }: PolicyDocument): string[] {
  const entries = listOf(Statement).flatMap((statement) => Object.values(statement?.Condition ?? {})).flatMap((byKey) => Object.entries(byKey));
  const asking = entries.filter(([key, values]) => /^kms:EncryptionContext:/i.test(key) && [values].flat().some((value) => /^arn:/.test(String(value))));
  return [...new Set(asking.map(([key]) => key))];
}
