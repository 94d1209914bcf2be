import { freshAccount } from './key-facts';
import type { KeyFacts } from './key-facts';
import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';
import type { PolicyDocument, PolicyStatement, Question } from '../proof';

const SOURCE_KEYS = ['aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOrgID', 'aws:SourceOrgPaths'];

/**
 * Can a service use the key for a resource of an account that the policy does not name? Asked twice: of a service that says so in
 * each way that it may have, and of one that does not say for whom it works.
 *
 * Services say it in the source keys, or, as Amazon CloudWatch Logs does, in an ARN of the encryption context (IAM User Guide, The
 * confused deputy problem; AWS KMS Developer Guide, Encryption context).
 */
export function foreignSourceQuestions({ policy, account, keyArn }: KeyFacts): Question[] {
  const foreign = freshAccount(policy);
  const told = { 'aws:SourceAccount': foreign, 'aws:SourceArn': `arn:*:*:*:${foreign}:*` };
  const contextKeys = arnContextKeys(policy, account);
  const asked = (context: Question['context']): Question => ({ actions: [...CRYPTOGRAPHIC_ACTIONS, 'kms:CreateGrant'], who: { services: ['*'] }, context, resource: keyArn });
  return [
    asked({ ...told, ...Object.fromEntries(contextKeys.map((key) => [key, `arn:*:*:*:${foreign}:*`])) }),
    asked(Object.fromEntries([...SOURCE_KEYS, ...contextKeys].map((key) => [key, 'absent']))),
  ];
}

/** The keys of the encryption context by which statements ask for the account of a resource. */
function arnContextKeys({ Statement }: PolicyDocument, account: string): string[] {
  const statements = [Statement].flat() as PolicyStatement[];
  const entries = statements.flatMap(({ Condition }) => Object.values(Condition ?? {})).flatMap((byKey) => Object.entries(byKey));
  const asking = entries.filter(([key, values]) => /^kms:EncryptionContext:/i.test(key) && JSON.stringify(values).includes(`:${account}:`));
  return [...new Set(asking.map(([key]) => key))];
}
