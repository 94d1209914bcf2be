import { CfnElement, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { evaluate, Evaluation, PolicyDocument } from '../src/proof';

/** Where the tests deploy what names no environment of its own. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const OTHER_ACCOUNT = '444455556666';

export const keyArn = (key: IConstruct) => `arn:aws:kms:${envOf(key).region}:${envOf(key).account}:key/${logicalId(key)}`;
export const roleArn = (role: IConstruct) => `arn:aws:iam::${envOf(role).account}:role/${logicalId(role)}`;

/** The key policy as AWS KMS would get it. */
export function keyPolicyOf(key: kms.Key): PolicyDocument {
  return deployed(key, template(key).Resources[logicalId(key)].Properties.KeyPolicy);
}

/** All identity policies that the app attaches to a role or user. */
export function identityPoliciesOf(identity: IConstruct): PolicyDocument[] {
  const policies = Object.values<any>(template(identity).Resources).filter(({ Type, Properties }) =>
    Type === 'AWS::IAM::Policy' && [...Properties.Roles ?? [], ...Properties.Users ?? []].some((each: any) => each.Ref === logicalId(identity)));
  return policies.map(({ Properties }) => deployed(identity, Properties.PolicyDocument));
}

/** What IAM decides when `caller`, a role of the app or a principal by its name, makes the request on the deployed key. */
export function decide(key: kms.Key, caller: iam.Role | string, action: string, context: Record<string, string | string[]> = {},
  identityPolicies: PolicyDocument[] = []): Evaluation {
  const principal = typeof caller === 'string' ? caller : roleArn(caller);
  const own = typeof caller === 'string' ? [] : identityPoliciesOf(caller);
  const request = { principal, action, resource: keyArn(key), context };
  return evaluate({ keyPolicy: keyPolicyOf(key), identityPolicies: [...own, ...identityPolicies], request });
}

/** An identity policy that allows everything: what is denied under it, the key policy denies. */
export const ADMINISTRATOR_ACCESS: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** The warnings that the synthesis leaves below `scope`. */
export function warningsOf(scope: IConstruct): string[] {
  Stage.of(scope)?.synth({ force: true });
  return scope.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data)));
}

function template(construct: IConstruct): any {
  const stage = Stage.of(construct)!;
  return stage.synth({ force: true }).getStackArtifact(Stack.of(construct).artifactId).template;
}

function logicalId(construct: IConstruct): string {
  return Stack.of(construct).resolve(((construct.node.defaultChild ?? construct) as CfnElement).logicalId);
}

function envOf(construct: IConstruct): { account: string; region: string } {
  const { account, region } = Stack.of(construct);
  return { account: /^\d+$/.test(account) ? account : ACCOUNT, region: region.includes('Token') ? REGION : region };
}

function deployed(scope: IConstruct, value: any): any {
  if (Array.isArray(value)) { return value.map((each) => deployed(scope, each)); }
  if (typeof value !== 'object' || value === null) { return value; }
  const [name, argument] = Object.entries<any>(value)[0] ?? [];
  if (name === 'Ref') { return pseudo(scope, argument); }
  if (name === 'Fn::Join') { return argument[1].map((each: any) => deployed(scope, each)).join(argument[0]); }
  if (name === 'Fn::GetAtt') { return attribute(scope, argument); }
  if (name === 'Fn::ImportValue') { return `value-of-${argument}`; }
  if (name?.startsWith('Fn::')) { throw new Error(`${name} in ${JSON.stringify(value)}`); }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(scope, inner)]));
}

function pseudo(scope: IConstruct, name: string): string {
  const { account, region } = envOf(scope);
  const value = { 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com' }[name];
  if (!value) { throw new Error(`a reference to ${name}`); }
  return value;
}

function attribute(scope: IConstruct, [id, name]: [string, string]): string {
  const { account, region } = envOf(scope);
  const type = template(scope).Resources[id].Type;
  if (name === 'Arn' && type === 'AWS::IAM::Role') { return `arn:aws:iam::${account}:role/${id}`; }
  if (name === 'Arn' && type === 'AWS::KMS::Key') { return `arn:aws:kms:${region}:${account}:key/${id}`; }
  if (name === 'Arn') { return `arn:aws:${type.split('::')[1].toLowerCase()}:${region}:${account}:${id}`; }
  throw new Error(`the attribute ${name} of ${id}`);
}
