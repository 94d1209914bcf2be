import { RegionInfo } from 'aws-cdk-lib/region-info';
import { finding, Finding } from '../claims/finding';
import { KeyFacts } from '../claims/key-facts';
import { StandIns } from '../claims/stand-ins';
import { PENDING_WINDOW_DAYS } from '../policy/limits';
import { PolicyDocument } from '../proof';
import { listOf } from '../proof/policy-document';
import { unreadable } from '../proof/unreadable';

/** An AWS CloudFormation template, as far as it is read here. */
export interface KeyTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Where a template is deployed, as far as that is known. */
export interface DeploymentSite {
  readonly account?: string;
  readonly region?: string;
}

/** What a template tells of one of its keys. */
export interface TemplateKey {
  readonly standIns: StandIns;

  /** The facts to prove rules of, or what keeps the template from telling them. */
  readonly read: KeyFacts | Finding;
}

const KEY_TYPES = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'];

/** What AWS KMS attaches to a key without one (AWS KMS Developer Guide, Default key policy). */
const DEFAULT_KEY_POLICY = {
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [{
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
    Action: 'kms:*',
    Resource: '*',
  }],
};

/** The logical ids of the keys of a template. */
export function keysIn({ Resources = {} }: KeyTemplate): string[] {
  return Object.keys(Resources).filter((logicalId) => KEY_TYPES.includes(Resources[logicalId]?.Type ?? ''));
}

export function readKey({ Resources = {} }: KeyTemplate, logicalId: string, { account, region }: DeploymentSite): TemplateKey {
  const properties = Resources[logicalId]?.Properties ?? {};
  const partition = region === undefined ? undefined : RegionInfo.get(region).partition;
  const standIns = new StandIns({ account, region, partition, typeOf: (id) => Resources[id]?.Type }, properties);
  const policy = readPolicy(properties['KeyPolicy'] ?? DEFAULT_KEY_POLICY, standIns);
  return { standIns, read: isFinding(policy) ? policy : factsOf(policy, standIns) };
}

export function isFinding(read: object): read is Finding {
  return 'rule' in read;
}

/** AWS CloudFormation takes an object and JSON text alike. */
function readPolicy(property: unknown, standIns: StandIns): PolicyDocument | Finding {
  const isWritten = isObject(property) && unreadable(property, false) === undefined;
  const value = isWritten ? standIns.policy(property as PolicyDocument) : standIns.value(property);
  if (unreadable(value, false) !== undefined) {
    return finding('decided', `Only the deployment tells the key policy: the whole of it is ${JSON.stringify(value)}.`);
  }
  const policy = typeof value === 'string' ? parse(value) : value;
  return isPolicy(policy) ? policy : finding('accepted', 'The key policy is no JSON object with Statement, or one of its statements is no JSON object.');
}

function isPolicy(json: unknown): json is PolicyDocument {
  return isObject(json) && 'Statement' in json && listOf((json as PolicyDocument).Statement).every(isObject);
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function factsOf(policy: PolicyDocument, { account, keyArn, opaquePrincipals, unknownAccounts, texts }: StandIns): KeyFacts {
  const pendingWindowInDays = PENDING_WINDOW_DAYS.max;
  return { policy, account, keyArn, opaquePrincipals, unknownAccounts, standIns: texts, administrators: [], pendingWindowInDays };
}
