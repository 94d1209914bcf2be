import type { KeyFacts } from './key-facts';
import type { Conditions } from './narrowed-policy';
import { actionsOfKind } from '../policy/actions';
import type { Question } from '../proof';

/** Can a service use the key, or change it? Of a policy without `workFor` the answer is whether it can for anybody else. */
export function servicesUse({ keyArn }: KeyFacts): Question {
  return { actions: actionsOfKind('cryptographic', 'grant', 'administration'), who: { services: ['*'] }, resource: keyArn };
}

/**
 * Services that name the resource for which they work in the encryption context. Not here: contexts that name the resource they work
 * on, as `aws:sns:topicArn` does, whoever sends.
 */
const SOURCES_IN_CONTEXT: readonly { readonly service: string; readonly key: string; readonly value: string; readonly source: string }[] = [
  { service: 'logs.*', key: 'aws:logs:arn', value: 'arn:*:logs:*:ACCOUNT:*', source: 'Amazon CloudWatch Logs User Guide, Encrypt log data using AWS KMS' },
  { service: 'delivery.logs.*', key: 'SourceArn', value: 'arn:*:logs:*:ACCOUNT:*', source: 'AWS Step Functions Developer Guide, Data at rest encryption' },
  { service: 'cloudtrail.*', key: 'aws:cloudtrail:arn', value: 'arn:*:cloudtrail:*:ACCOUNT:trail/*', source: 'AWS CloudTrail User Guide, Configure AWS KMS key policies' },
  { service: 'lambda.*', key: 'aws:lambda:FunctionArn', value: 'arn:*:lambda:*:ACCOUNT:function:*', source: 'AWS Lambda Developer Guide, Encrypting .zip packages' },
  { service: 'events.*', key: 'aws:events:event-bus:arn', value: 'arn:*:events:*:ACCOUNT:event-bus/*', source: 'Amazon EventBridge User Guide, Encrypting event buses' },
  { service: '*.s3tables.*', key: 'aws:s3:arn', value: 'arn:*:s3tables:*:ACCOUNT:bucket/*', source: 'Amazon S3 User Guide, Permissions for S3 Tables SSE-KMS' },
  { service: 'fargate.*', key: 'aws:ecs:clusterAccount', value: 'ACCOUNT', source: 'Amazon ECS Developer Guide, Customer managed keys for Fargate storage' },
];

/** Here the name of a resource may be the id of an account, as in `log-group:111122223333:*`; elsewhere no name holds a colon. */
const ANY_RESOURCE = ':ACCOUNT:*';

/**
 * How a service says that it works for a resource of the template, or of these accounts or organizations: in the source keys (IAM
 * User Guide, The confused deputy problem), or in the encryption context. The ARN of a bucket tells no account.
 */
export function workFor(facts: Pick<KeyFacts, 'policy' | 'standIns' | 'opaquePrincipals'>, accounts: readonly string[], organizations: readonly string[]): Conditions[] {
  const { policy, standIns, opaquePrincipals } = facts;
  const asked = JSON.stringify(policy).toLowerCase();
  const arns = [...standIns.keys()].filter((text) => text.startsWith('arn:') && !opaquePrincipals.includes(text));
  const inContext = SOURCES_IN_CONTEXT.filter(({ key }) => asked.includes(`"kms:encryptioncontext:${key.toLowerCase()}"`));
  const named = (form: string) => [...accounts.map((account) => form.replace('ACCOUNT', account)), ...arns];
  const ways: Conditions[] = [
    { StringEquals: { 'aws:SourceAccount': accounts } },
    { StringEquals: { 'aws:SourceOrgID': organizations } },
    { ArnLike: { 'aws:SourceArn': named('arn:*:*:*:ACCOUNT:*') } },
    ...inContext.map(({ service, key, value }): Conditions => {
      const caller = { 'aws:PrincipalServiceName': service };
      const context = { [`kms:EncryptionContext:${key}`]: named(value) };
      return value.endsWith(ANY_RESOURCE) ? { StringLike: caller, ArnLike: context } : { StringLike: { ...caller, ...context } };
    }),
  ];
  return ways.filter((way) => Object.values(way).flatMap((byKey) => Object.values(byKey)).every((values) => [values].flat().length > 0));
}
