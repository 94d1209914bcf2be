import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Raises a warning that `Validations.of(construct).acknowledge({ id, reason })` takes back, on the construct or above it.
 *
 * CDK itself looks only above a construct when a warning comes after its acknowledgement, as those of a finished tree do.
 */
export function warn(construct: IConstruct, id: string, message: string): void {
  if (!isAcknowledged(construct, id)) { Validations.of(construct).addWarning(id, `${message}${howToAcknowledge(construct, id)}`); }
}

/** Whether a finding is acknowledged on the construct or above it. */
export function isAcknowledged(construct: IConstruct, id: string): boolean {
  const metadata = construct.node.scopes.flatMap(({ node }) => node.metadata);
  const acknowledged = metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  // CDK's own prefix, in either spelling; and the form that it wants of plugins, which serves the same key in KeyPolicyValidationPlugin
  const isThis = (qualified: string) => qualified.replace(/^annotation::/i, '').replace('::', ':') === id;
  return acknowledged.some(({ data }) => Object.keys(data).some(isThis));
}

export function howToAcknowledge(construct: IConstruct, id: string): string {
  return ` To acknowledge: Validations.of(construct).acknowledge({ id: '${id}', reason: '…' }) on ${construct.node.path} or above it.`;
}
