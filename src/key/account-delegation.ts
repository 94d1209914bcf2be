import { Aws, Stack } from 'aws-cdk-lib';
import { asList, RenderedStatement } from './stock-statements';
import { matchingActions } from '../policy/actions';

/**
 * The actions that statements of a key policy leave to the IAM policies of the account.
 *
 * Without such a statement IAM policies have no effect on the key (AWS KMS Developer Guide, Default key policy).
 */
export function delegatedActions(statements: RenderedStatement[], stack: Stack): Set<string> {
  const delegating = statements.filter(({ Effect, Principal, Condition }) => Effect === 'Allow' && isUnconditional(Condition) && names(Principal, stack));
  return new Set(delegating.flatMap(({ Action }) => asList<string>(Action ?? [])).flatMap(matchingActions));
}

// Whether a grant serves an AWS resource is asked again when it is made; IAM decides all the same who may make it.
function isUnconditional(condition: Record<string, object> = {}): boolean {
  return Object.values(condition).flatMap((byKey) => Object.keys(byKey)).every((key) => key === 'kms:GrantIsForAWSResource');
}

function names(principal: RenderedStatement, stack: Stack): boolean {
  const account: string = stack.resolve(stack.account);
  const root = JSON.stringify(stack.resolve(`arn:${Aws.PARTITION}:iam::${stack.account}:root`));
  return asList(principal?.['AWS'] ?? []).map((each) => stack.resolve(each)).some((each) =>
    JSON.stringify(each) === root || each === account || new RegExp(`^arn:[^:]+:iam::${account}:root$`).test(String(each)));
}
