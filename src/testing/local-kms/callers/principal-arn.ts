import { KmsException } from '../exceptions';

// An account, a role, a user, an assumed-role session or a federated user; groups are no principals (IAM User Guide, AWS JSON policy elements: Principal).
const PRINCIPAL_ARN = /^arn:(?<partition>[\w-]+):(?:iam::\d{12}:(?:root|(?:role|user)\/.+)|sts::\d{12}:(?:assumed-role\/.+\/.+|federated-user\/.+))$/;

/** Whether it is, by its form, the ARN of a principal of the partition. */
export function isPrincipalArn(text: string, partition: string): boolean {
  return PRINCIPAL_ARN.exec(text)?.groups?.['partition'] === partition;
}

/** To whoever makes a grant for nobody; a key policy for nobody is malformed. */
export function invalidPrincipal(arn: string): KmsException {
  return new KmsException('InvalidArnException', `ARN does not refer to a valid principal: ${arn}`);
}
