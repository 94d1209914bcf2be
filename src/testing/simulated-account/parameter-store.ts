import { Parameter } from './parameter';
import { ParameterCall } from './parameter-call';
import { PARAMETER_OPERATIONS } from './parameter-operations';
import { ParameterStoreException } from './parameter-store-exception';
import { evaluate } from '../../proof';
import type { Principal } from '../local-kms/caller';
import type { LocalKms } from '../local-kms/local-kms';
import { partitionOf } from '../partition';

type Call = (input: Readonly<Record<string, unknown>>) => Promise<any>;

/** Parameter Store as one caller sees it: the methods of the SDK's aggregated `SSM` client, with its inputs and outputs. */
export interface ParameterStoreClient {
  readonly putParameter: Call;
  readonly getParameter: Call;
  readonly getParameters: Call;
  readonly describeParameters: Call;
  readonly deleteParameter: Call;
  readonly addTagsToResource: Call;
  readonly removeTagsFromResource: Call;
  readonly listTagsForResource: Call;
}

/**
 * AWS Systems Manager Parameter Store in this process, as far as its parameters go: no policies, labels, history or notifications.
 *
 * Every call is authorised against the caller's identity policies. A SecureString is encrypted by the local AWS KMS as the caller, forwarded
 * through `ssm.<region>.amazonaws.com`, under the encryption context `PARAMETER_ARN`.
 */
export class ParameterStore {
  private readonly parameters = new Map<string, Map<string, Parameter>>();

  constructor(private readonly kms: LocalKms, private readonly now: () => Date = () => new Date()) {}

  /** Parameter Store as this caller sees it. */
  public as(principal: Principal, region: string): ParameterStoreClient {
    const methods = Object.keys(PARAMETER_OPERATIONS).map((operation) => [
      operation[0]!.toLowerCase() + operation.slice(1),
      (input: Readonly<Record<string, unknown>>) => this.call(operation, input, principal, region),
    ]);
    return Object.fromEntries(methods) as unknown as ParameterStoreClient;
  }

  /**
   * Runs one operation.
   *
   * @throws ParameterStoreException, whose name is that of the service's error
   */
  public async call(operation: string, input: Readonly<Record<string, unknown>>, principal: Principal, region: string): Promise<unknown> {
    const run = Object.hasOwn(PARAMETER_OPERATIONS, operation) ? PARAMETER_OPERATIONS[operation] : undefined;
    if (!run) {
      throw new ParameterStoreException('UnknownOperationException',
        `Parameter Store simulates ${Object.keys(PARAMETER_OPERATIONS).join(', ')}; '${operation}' is none of them.`);
    }
    return run(input, this.callOf(principal, region));
  }

  private callOf(principal: Principal, region: string): ParameterCall {
    const account = principal.arn.split(':')[4]!;
    return {
      account,
      region,
      partition: partitionOf(region),
      callerArn: principal.arn,
      now: this.now(),
      kms: this.kms.as(principal, { region, viaService: `ssm.${region}.amazonaws.com` }),
      parameters: this.parametersOf(`${account}/${region}`),
      authorize: (action, resource, context) => authorize(principal, action, resource, context),
    };
  }

  private parametersOf(place: string): Map<string, Parameter> {
    const parameters = this.parameters.get(place) ?? new Map<string, Parameter>();
    this.parameters.set(place, parameters);
    return parameters;
  }
}

/** A parameter has no policy of its own: as with a key whose policy leaves everything to its account, identity policies decide. */
function authorize(principal: Principal, action: string, resource: string, context: Readonly<Record<string, string | string[]>> = {}): void {
  const [, partition, , , account] = principal.arn.split(':') as [string, string, string, string, string];
  const delegation = { Effect: 'Allow' as const, Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action: 'ssm:*', Resource: '*' };
  const { decision } = evaluate({
    keyPolicy: { Version: '2012-10-17', Statement: [delegation] },
    identityPolicies: [...principal.identityPolicies ?? []],
    permissionsBoundary: principal.permissionsBoundary,
    request: { principal: principal.arn, action, resource, context: { ...context } },
  });
  if (decision === 'allow') return;
  const why = decision === 'explicitDeny' ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${action} action`;
  throw new ParameterStoreException('AccessDeniedException', `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`);
}
