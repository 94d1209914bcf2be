import { authorizeByIdentity } from '../identity-authorization';
import { Secret } from './secret';
import { SECRET_OPERATIONS, SecretCall } from './secret-operations';
import { clientOf, type ClientOf } from '../../aws-json/client';
import { bytesFromBase64, bytesInProcess, deserialize, type BlobReader } from '../../aws-json/deserialize';
import type { Operation } from '../../aws-json/operation';
import { serveAwsJson } from '../../aws-json/server';
import { ServiceException } from '../../aws-json/service-exception';
import type { Input, Members } from '../../aws-json/shape';
import { validate } from '../../aws-json/validate';
import { callerOf, type Principal } from '../../local-kms/callers/caller';
import type { LocalKms } from '../../local-kms/local-kms';
import type { Listening } from '../../loopback-server';
import { partitionOf } from '../../partition';

/** Secrets Manager as one caller sees it, shaped as `SecretsManager` of `@aws-sdk/client-secrets-manager`, as far as its operations are simulated. */
export type SecretsManagerClient = ClientOf<typeof SECRET_OPERATIONS>;

/**
 * AWS Secrets Manager in this process, as far as it keeps values under keys of a customer: no rotation, replicas, resource policies or
 * recovery windows.
 *
 * Every call is authorised against the caller's identity policies. A value is encrypted under a data key that the local AWS KMS makes and
 * opens for the caller, forwarded through `secretsmanager.<region>.amazonaws.com`, with `SecretARN` and `SecretVersionId` as its context.
 */
export class SecretsManager {
  private readonly secrets = new Map<string, Map<string, Secret>>();

  constructor(private readonly kms: LocalKms) {}

  /** Secrets Manager as this caller sees it. */
  public as(principal: Principal, region: string): SecretsManagerClient {
    return clientOf(Object.keys(SECRET_OPERATIONS), (operation, request) => this.call(operation, request, principal, region, bytesInProcess));
  }

  /** Opens it on a loopback port for unmodified SDK clients; the caller is found by the access key id. */
  public listen(callers: ReadonlyMap<string, Principal>): Promise<Listening> {
    return serveAwsJson({
      signingName: 'secretsmanager',
      targetPrefix: 'secretsmanager',
      internalException: 'InternalServiceError',
      perform: ({ accessKeyId, region }, operation, request) => {
        const caller = callers.get(accessKeyId);
        if (!caller) throw new ServiceException('UnrecognizedClientException', 'The security token included in the request is invalid.');
        return this.call(operation, request, caller, region, bytesFromBase64);
      },
    });
  }

  private async call(name: string, request: unknown, principal: Principal, region: string, readBlob: BlobReader): Promise<unknown> {
    if (!Object.hasOwn(SECRET_OPERATIONS, name)) {
      const known = Object.keys(SECRET_OPERATIONS).join(', ');
      throw new ServiceException('UnknownOperationException', `Secrets Manager simulates ${known}; '${name}' is none of them.`);
    }
    const { members, run } = OPERATIONS[name]!;
    const input = deserialize(members, request, readBlob);
    validate(members, input);
    return run(input as Input<Members>, this.callOf(principal, region));
  }

  private callOf(principal: Principal, region: string): SecretCall {
    const { account, context: own } = callerOf(principal, { region }, { account: '', region });
    const place = `${account}/${region}`;
    const secrets = this.secrets.get(place) ?? new Map<string, Secret>();
    this.secrets.set(place, secrets);
    return {
      account,
      region,
      partition: partitionOf(region),
      now: this.kms.now(),
      kms: this.kms.as(principal, { region, viaService: `secretsmanager.${region}.amazonaws.com` }),
      secrets,
      authorize: (action, resource, context) => authorizeByIdentity(principal, action, resource, { ...own, ...context }),
    };
  }
}

/** Any of them, the types of its request and answer forgotten. */
const OPERATIONS = SECRET_OPERATIONS as unknown as Readonly<Record<string, Operation<Members, Promise<unknown>, SecretCall>>>;
