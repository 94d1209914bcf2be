import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

// AWS Systems Manager User Guide, Creating Parameter Store parameters in Systems Manager; API Reference, PutParameter. The limit of
// 1011 characters includes what precedes the name in the ARN.
const NAME = /^(?:[A-Za-z0-9_.-]+|(?:\/[A-Za-z0-9_.-]+){1,15})$/;
const RESERVED = /^(?:aws|ssm)|^\/(?:aws|ssm)\//i;
const MAX_LENGTH = 1011 - 'arn:aws:ssm:us-east-1:111122223333:parameter/'.length;

/**
 * Refuses a name that Parameter Store would refuse.
 *
 * @throws when the name breaks a rule, or begins with something that is known only at deployment
 */
export function refuseBadName(scope: Construct, name: string): void {
  if (Token.isUnresolved(name)) return refuseUnknownBeginning(scope, name);
  const isGood = NAME.test(name) && !RESERVED.test(name) && name.length <= MAX_LENGTH;
  if (isGood) return;
  throw new Error(`[${scope.node.path}] 'parameterName' is '${name}'; Parameter Store accepts letters, digits and . - _, in up to 15 levels that each `
    + `begin with / (a single one may do without), ${MAX_LENGTH} characters in all, and nothing that begins with aws or ssm. `
    + 'Choose another name, such as /orders/db.');
}

/** The ARN as text, without a reference to the parameter: of `/a/b` it ends in `parameter/a/b`, of `c` in `parameter/c`. */
export function parameterArn(scope: Construct, name: string): string {
  const resourceName = name.startsWith('/') ? name.slice(1) : name;
  return Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
}

function refuseUnknownBeginning(scope: Construct, name: string): void {
  if (name.startsWith('/')) return;
  throw new Error(`[${scope.node.path}] 'parameterName' begins with a value that is known only at deployment, so that its ARN is not known: `
    + '/a/b and c make different ones. Begin the name with a literal /.');
}
