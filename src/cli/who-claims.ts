import { prove } from '../proof';
import type { PolicyDocument, PolicyStatement, Question } from '../proof';
import { nobodyCan } from './claim';
import type { Claim } from './claim';

/** What the claims about who can do something are about. */
export interface Deed {
  readonly actions: readonly string[];
  readonly context: NonNullable<Question['context']>;
  /** The ARN of the key. */
  readonly resource?: string;
}

/** Who can, and nobody else. */
export interface Limit {
  readonly accounts: readonly string[];
  readonly organizations: readonly string[];
  readonly principals: readonly string[];
  readonly services: readonly string[];
}

/** Principals of accounts and services apart: a witness among the one would hide that among the other. */
export function onlyThese(limit: Limit, deed: Deed): Claim[] {
  return [(policy) => [onlyThesePrincipals(limit, deed, policy)], (policy) => [onlyTheseServices(limit, deed, policy)]];
}

function onlyThesePrincipals({ accounts, organizations, principals }: Limit, deed: Deed, policy: PolicyDocument) {
  const members = [...accounts, ...organizations, ...principals].join(', ');
  const claim = `${members ? `Of principals of accounts, only ${members}` : 'No principal of an account'} can do ${inWords(deed)}.`;
  return nobodyCan(claim, prove(policy, { ...deed, who: { accounts: ['*'] }, except: { accounts, organizations, principals } }));
}

function onlyTheseServices(limit: Limit, deed: Deed, policy: PolicyDocument) {
  const { accounts, organizations, services } = limit;
  const owners = [...accounts, ...organizations].join(' or ');
  const spared = [...owners ? [`those that act for ${owners}`] : [], ...services].join(', ');
  const claim = `${spared ? `Of AWS services that act as themselves, only ${spared}` : 'No AWS service that acts as itself'} can do ${inWords(deed)}.`;
  return nobodyCan(claim, prove(butForMembers(limit, policy), { ...deed, who: { services: ['*'] }, except: { services } }));
}

type Condition = NonNullable<PolicyStatement['Condition']>;

/** How a service says for whom it acts. IAM User Guide, The confused deputy problem. */
const ACTS_FOR: readonly (readonly [of: 'accounts' | 'organizations', condition: (ids: readonly string[]) => Condition])[] = [
  ['accounts', (ids) => ({ StringEquals: { 'aws:SourceAccount': ids } })],
  ['accounts', (ids) => ({ ArnLike: { 'aws:SourceArn': ids.map((id) => `arn:*:*:*:${id}:*`) } })],
  ['organizations', (ids) => ({ StringEquals: { 'aws:SourceOrgID': ids } })],
  // Amazon CloudWatch Logs User Guide, Encrypt log data in CloudWatch Logs using AWS KMS
  ['accounts', (ids) => ({
    ArnLike: { 'kms:EncryptionContext:aws:logs:arn': ids.map((id) => `arn:*:logs:*:${id}:*`) },
    StringLike: { 'aws:PrincipalServiceName': 'logs.*' },
  })],
  // AWS CloudTrail User Guide, Configure AWS KMS key policies for CloudTrail
  ['accounts', (ids) => ({
    StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': ids.map((id) => `arn:*:cloudtrail:*:${id}:trail/*`), 'aws:PrincipalServiceName': 'cloudtrail.*' },
  })],
];

/** The policy without what services may do for those whom the limit names: denied behind its statements, which keep their places. */
function butForMembers(limit: Limit, policy: PolicyDocument): PolicyDocument {
  const denials = ACTS_FOR.filter(([of]) => limit[of].length > 0).map(([of, conditionOf]): PolicyStatement =>
    ({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition: conditionOf(limit[of]) }));
  return { ...policy, Statement: [policy.Statement, denials].flat() as PolicyStatement[] };
}

/** An account or organization that the policy does not mention is any. */
export function notPublic(deed: Deed): Claim {
  return (policy) => {
    const text = JSON.stringify([policy.Statement].flat().map((statement) => ({ ...Object(statement), Sid: undefined })));
    const [accounts, organizations] = [mentioned(text, /(?<!\d)\d{12}(?!\d)/g), mentioned(text, /\bo-[a-z0-9]{10,32}\b/g)];
    const members = [...accounts, ...organizations].join(', ') || 'none';
    const claim = `No principal of an account or organization that the policy does not mention (it mentions ${members}) can do ${inWords(deed)}.`;
    return [nobodyCan(claim, prove(policy, { ...deed, who: { accounts: ['*'] }, except: { accounts, organizations } }))];
  };
}

function mentioned(text: string, form: RegExp): string[] {
  return [...new Set(text.match(form) ?? [])];
}

/** E.g. `kms:Decrypt or kms:Sign, where kms:ViaService is s3.*`. */
function inWords({ actions, context, resource }: Deed): string {
  const object = resource === undefined ? '' : ` on ${resource}`;
  const wheres = Object.entries(context).map(([key, value]) => `, where ${key} is ${value}`);
  return actions.join(' or ') + object + wheres.join('');
}
