import { generatedName, uuidOf } from './generated-name';
import { resolve } from './intrinsics';
import { DesiredResource } from './physical-resource';
import { record, ResourceType } from './resource-type';
import { Resource } from './stack';

/** AWS CloudFormation Template Reference, AWS Identity and Access Management. */
export const IAM_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::IAM::Role': identity('RoleName', 'role', 'RoleId', 'AROA'),
  'AWS::IAM::User': identity('UserName', 'user', 'UserId', 'AIDA'),
  'AWS::IAM::Policy': policy(({ properties }) => properties['PolicyName']),
  'AWS::IAM::RolePolicy': policy(({ properties }) => `${properties['RoleName']}|${properties['PolicyName']}`),
  'AWS::IAM::UserPolicy': policy(({ properties }) => `${properties['UserName']}|${properties['PolicyName']}`),
  'AWS::IAM::UserToGroupAddition': {
    ...record(({ stack, logicalId }) => ({ physicalId: generatedName(stack, logicalId), attributes: {} })),
    properties: (resource) => pick(resource, ['GroupName', 'Users']),
  },
  'AWS::IAM::ManagedPolicy': policy((desired) => arnOf(desired, 'ManagedPolicyName', 'policy'), (arn) => ({ PolicyArn: arn })),
};

function identity(nameProperty: string, kind: string, idAttribute: string, idPrefix: string): ResourceType {
  return {
    ...record((desired) => ({
      physicalId: nameOf(desired, nameProperty),
      attributes: {
        Arn: arnOf(desired, nameProperty, kind),
        [idAttribute]: idPrefix + uuidOf(desired.id).replaceAll('-', '').slice(0, 17).toUpperCase(),
      },
    })),
    properties: (resource) => pick(resource, [nameProperty, 'Path', 'Policies', 'ManagedPolicyArns', 'Groups', 'PermissionsBoundary', 'Tags']),
  };
}

function policy(identify: (desired: DesiredResource) => string, attributes = (_: string) => ({})): ResourceType {
  return {
    ...record((desired) => ({ physicalId: identify(desired), attributes: attributes(identify(desired)) })),
    properties: (resource) => pick(resource, [
      'ManagedPolicyName', 'Path', 'PolicyDocument', 'PolicyName', 'RoleName', 'Roles', 'UserName', 'Users',
    ]),
  };
}

function nameOf({ properties, stack, logicalId }: DesiredResource, nameProperty: string): string {
  return properties[nameProperty] ?? generatedName(stack, logicalId);
}

function arnOf(desired: DesiredResource, nameProperty: string, kind: string): string {
  const { properties, stack } = desired;
  return `arn:${stack.partition}:iam::${stack.account}:${kind}${properties['Path'] ?? '/'}${nameOf(desired, nameProperty)}`;
}

function pick({ definition, stack }: Resource, names: readonly string[]): Record<string, unknown> {
  const present = names.filter((name) => definition.Properties?.[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, resolve(judged(definition.Properties![name]), stack)]));
}

/**
 * The same policies without the statements that speak of other services only: nobody here judges their actions, and their resources
 * need not be known.
 */
function judged(property: any): unknown {
  if (Array.isArray(property)) return property.map(judged);
  if (property?.PolicyDocument) return { ...property, PolicyDocument: judged(property.PolicyDocument) };
  return property?.Statement ? { ...property, Statement: [property.Statement].flat().filter(isJudged) } : property;
}

function isJudged(statement: any): boolean {
  if (statement.Action === undefined) return true;
  return [statement.Action].flat().some((action) => typeof action !== 'string' || /^(kms|secretsmanager|ssm):|^[^:]*[*?]/i.test(action));
}
