import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Raises a warning that `Validations.of(construct).acknowledge({ id, reason })` takes back, on the construct or above it.
 *
 * CDK itself looks only above a construct when a warning comes after its acknowledgement, as those of a finished tree do.
 */
export function warn(construct: IConstruct, id: string, message: string): void {
  const acknowledged = construct.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  const isThis = (qualified: string) => qualified.replace(/^annotation::/i, '') === id; // CDK's prefix, in either spelling
  if (acknowledged.some(({ data }) => Object.keys(data).some(isThis))) { return; }
  Validations.of(construct).addWarning(id, `${message} To acknowledge: Validations.of(construct).acknowledge({ id: '${id}', reason: '…' })`
    + ` on ${construct.node.path} or above it.`);
}
