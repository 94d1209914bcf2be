import { Parameter } from './parameter';
import type { Operation } from '../../aws-json/operation';
import type { Input, Members } from '../../aws-json/shape';
import type { KmsClient } from '../../local-kms/kms-client';

/** One call of Parameter Store, in the caller's account and Region. */
export interface ParameterCall {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly callerArn: string;
  readonly now: Date;
  /** AWS KMS as the caller, forwarded by Parameter Store. */
  readonly kms: KmsClient;
  /** The parameters of the account and Region, by name. */
  readonly parameters: Map<string, Parameter>;
  /** @throws AccessDeniedException unless the caller's policies allow it */
  authorize(action: string, arn: string, context?: Readonly<Record<string, string | string[]>>): void;
}

export function operation<const M extends Members, Result>(
  members: M, run: (request: Input<M>, call: ParameterCall) => Promise<Result>,
): Operation<M, Promise<Result>, ParameterCall> {
  return { members, run };
}
