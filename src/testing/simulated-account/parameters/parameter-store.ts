import { authorizeByIdentity } from '../identity-authorization';
import { Parameter } from './parameter';
import { ParameterCall } from './parameter-call';
import { PARAMETER_OPERATIONS } from './parameter-operations';
import { ParameterStoreException } from './parameter-store-exception';
import { clientOf, type ClientOf } from '../../aws-json/client';
import { bytesInProcess, deserialize } from '../../aws-json/deserialize';
import type { Operation } from '../../aws-json/operation';
import type { Input, Members } from '../../aws-json/shape';
import { validate } from '../../aws-json/validate';
import { callerOf, type Principal } from '../../local-kms/callers/caller';
import type { LocalKms } from '../../local-kms/local-kms';
import { partitionOf } from '../../partition';

/** Parameter Store as one caller sees it, shaped as `SSM` of `@aws-sdk/client-ssm`, as far as its operations are simulated. */
export type ParameterStoreClient = ClientOf<typeof PARAMETER_OPERATIONS>;

/**
 * AWS Systems Manager Parameter Store in this process, as far as its parameters go: no policies, labels, history or notifications.
 *
 * Every call is authorised against the caller's identity policies. A SecureString is encrypted by the local AWS KMS as the caller, forwarded
 * through `ssm.<region>.amazonaws.com`, under the encryption context `PARAMETER_ARN`.
 */
export class ParameterStore {
  private readonly parameters = new Map<string, Map<string, Parameter>>();

  constructor(private readonly kms: LocalKms) {}

  /** Parameter Store as this caller sees it. */
  public as(principal: Principal, region: string): ParameterStoreClient {
    const perform = (operation: string, request: unknown) => this.call(operation, request, principal, region);
    return clientOf<ParameterStoreClient>(Object.keys(PARAMETER_OPERATIONS), perform);
  }

  /**
   * Runs one operation.
   *
   * @throws ServiceException, whose name is that of the service's error
   */
  public async call(name: string, request: unknown, principal: Principal, region: string): Promise<unknown> {
    if (!Object.hasOwn(PARAMETER_OPERATIONS, name)) {
      const known = Object.keys(PARAMETER_OPERATIONS).join(', ');
      throw new ParameterStoreException('UnknownOperationException', `Parameter Store simulates ${known}; '${name}' is none of them.`);
    }
    const { members, run } = OPERATIONS[name]!;
    const input = deserialize(members, request, bytesInProcess);
    validate(members, input);
    return run(input as Input<Members>, this.callOf(principal, region));
  }

  private callOf(principal: Principal, region: string): ParameterCall {
    const { account, context: own } = callerOf(principal, { region }, { account: '', region });
    return {
      account,
      region,
      partition: partitionOf(region),
      callerArn: principal.arn,
      now: this.kms.now(),
      kms: this.kms.as(principal, { region, viaService: `ssm.${region}.amazonaws.com` }),
      parameters: this.parametersOf(`${account}/${region}`),
      authorize: (action, resource, context) => authorizeByIdentity(principal, action, resource, { ...own, ...context }),
    };
  }

  private parametersOf(place: string): Map<string, Parameter> {
    const parameters = this.parameters.get(place) ?? new Map<string, Parameter>();
    this.parameters.set(place, parameters);
    return parameters;
  }
}

/** Any of them, the types of its request and answer forgotten. */
const OPERATIONS = PARAMETER_OPERATIONS as unknown as Readonly<Record<string, Operation<Members, Promise<unknown>, ParameterCall>>>;
