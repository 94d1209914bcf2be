import { callerOf, type Caller, type CallOptions, type Principal } from './callers/caller';
import { isIdentity, mayExist } from './callers/known-principals';
import { Clock, type TimeSpan } from './clock';
import { CUSTOM_KEY_STORE_OPERATIONS } from './custom-key-stores';
import { KmsException } from './exceptions';
import { KeyStore } from './keys/key-store';
import type { KmsClient } from './kms-client';
import { OPERATIONS } from './operations';
import { Service } from './service';
import { restoredStore, savedState, type SavedState } from './state/saved-state';
import { StateFile, StateFileError } from './state/state-file';
import type { EvaluateInput } from '../../proof';
import { clientOf } from '../aws-json/client';
import type { Credential } from '../aws-json/credential';
import { bytesFromBase64, bytesInProcess } from '../aws-json/deserialize';
import { serveAwsJson } from '../aws-json/server';
import type { Listening } from '../loopback-server';
import { partitionOf } from '../partition';

export interface LocalKmsOptions {
  /** Of callers over HTTP that `principals` does not name, and of services. @default '111122223333' */
  readonly account?: string;
  /** Where calls in process go when they do not say. @default 'us-east-1' */
  readonly region?: string;
  /**
   * Who calls over HTTP, by access key id.
   * @default every caller is an administrator of `account`, until `addPrincipal` adds one
   */
  readonly principals?: Readonly<Record<string, Principal>>;
  /**
   * Whether IAM has a role, a user or the role of a session, by ARN: key policies and grants for others are refused. Accounts, their root
   * users and federated users always exist.
   * @default where `principals` has roles or users of an account, they are all there are; of other accounts nobody is unknown
   */
  readonly principalExists?: (arn: string) => boolean;
  /**
   * How long until a change of key policies, grants, tags and aliases decides who may do what; AWS KMS takes up to 300. Listings tell of it
   * at once, and a grant whose token is passed decides at once.
   * @default 0
   */
  readonly consistencyDelaySeconds?: number;
  /**
   * A file that keeps everything from one LocalKms to the next: keys, their material in the clear, grants, aliases, the time. It is written
   * before a call is answered, and it is there whole, the old or the new, at any time. A call whose change could not be written ends in a
   * StateFileError; the change itself is made, in memory, and is written with the next that can.
   *
   * One LocalKms a file: one that finds that another has written to it refuses to. Changes of access whose delay was not over have taken
   * effect in the next one.
   *
   * @default none: everything is in memory and gone with the process
   */
  readonly stateFile?: string;
  /** What `advance` starts from. @default the clock of this machine */
  readonly now?: () => Date;
}

export interface ListenOptions {
  /** @default a free one */
  readonly port?: number;
}

/**
 * AWS KMS in this process, all its accounts, Regions and partitions: real AES-256-GCM, signatures and MACs, key states, key policies and IAM policies enforced.
 *
 * For tests and for learning, not for secrets: key material is in memory, or in the clear in a state file, signatures over HTTP are parsed but
 * not verified, and exceptions tell more than AWS's own words, in parentheses after them: which statement denied access or what was missing.
 *
 * What it does not do it refuses with UnsupportedOperationException: custom key stores, attested recipients, SM2 keys that encrypt or agree, the
 * external mu of ML-DSA, and ML-DSA and ML-KEM keys where Node.js has neither. Changes take effect at once unless `consistencyDelaySeconds`
 * is set; AWS KMS needs up to five minutes.
 */
export class LocalKms {
  private readonly clock: Clock;
  private readonly service: Service;
  private readonly save: () => void;
  private readonly principals: Map<string, Principal>;
  private readonly account: string;
  private readonly region: string;
  private readonly administrator: Principal | undefined;

  /** @throws StateFileError when the state file is not one that a LocalKms wrote, or cannot be written */
  constructor(options: LocalKmsOptions = {}) {
    const { account = '111122223333', region = 'us-east-1', principals, now = () => new Date() } = options;
    requirePlace(account, region);
    this.account = account;
    this.region = region;
    this.principals = new Map(Object.entries(principals ?? {}));
    this.administrator = principals ? undefined : administratorOf(partitionOf(region), account);
    const { store, clock, save } = opened(options, now);
    this.clock = clock;
    this.save = save;
    const { principalExists = (arn) => mayExist(arn, [...this.principals.values()].map((principal) => principal.arn)) } = options;
    this.service = new Service(store, () => this.now(), (arn) => !isIdentity(arn) || principalExists(arn), this.save);
  }

  /**
   * AWS KMS as `principal` sees it: a principal with its policies, or the ARN or access key id of one that was added, or the ARN of one
   * without any identity policies.
   */
  public as(principal: string | Principal, call: CallOptions = {}): KmsClient {
    const caller = this.caller(typeof principal === 'string' ? this.principalNamed(principal) : principal, call);
    const perform = (operation: string, request: unknown, requestId: string) =>
      this.service.perform(caller, { operation, request, requestId }, bytesInProcess);
    return clientOf<KmsClient>([...Object.keys(OPERATIONS), ...CUSTOM_KEY_STORE_OPERATIONS], perform);
  }

  /**
   * AWS KMS as a service sees it that calls as itself, e.g. `logs.eu-west-1.amazonaws.com`, and not for somebody.
   *
   * @throws TypeError when the name is not that of a service principal
   */
  public asService(servicePrincipal: string, call: CallOptions = {}): KmsClient {
    return this.as({ arn: servicePrincipal }, call);
  }

  /** The time here, which callers see in dates and policies in `aws:CurrentTime`. */
  public now(): Date {
    return this.clock.now();
  }

  /**
   * Lets time pass at once, for every account and Region: rotations come due, keys that wait for it are deleted, imported key material
   * and import tokens expire.
   *
   * @example kms.advance({ days: 30 })
   * @throws RangeError for less than nothing, or for more than 100 years in all, those before a restart from a state file included
   */
  public advance(span: TimeSpan): void {
    this.clock.advance(span);
    this.save();
  }

  /** The time when that has passed; it does not pass. @throws RangeError as `advance` does */
  public timeAfter(span: TimeSpan): Date {
    return this.clock.timeAfter(span);
  }

  /**
   * What has a say when a principal does something to a key and no more than names it, for `evaluate` of `/proof`: key policy, grants, the
   * principal's own policies, and the context of such a request.
   *
   * @param action without its `kms:`
   * @returns undefined for an action that works only on keys of one's own account, where the key is another's
   * @throws `NotFoundException` when there is no such key
   */
  public matter(principal: Principal, action: string, keyArn: string): EvaluateInput | undefined {
    return this.service.matter(this.caller(principal, { region: keyArn.split(':')[3] }), action, keyArn);
  }

  /**
   * Lets a caller over HTTP be somebody, with the policies given. From the first one on access key ids that are not added are refused;
   * those of a simulated account from the start.
   */
  public addPrincipal(accessKeyId: string, principal: Principal): void {
    this.principals.set(accessKeyId, principal);
  }

  /**
   * Serves AWS JSON 1.1 on 127.0.0.1, for unmodified SDKs: set `AWS_ENDPOINT_URL_KMS`, or the client's `endpoint`, to `url`.
   *
   * The caller is found by the access key id in the Authorization header; the signature is not verified.
   */
  public listen({ port = 0 }: ListenOptions = {}): Promise<Listening> {
    const perform = (credential: Credential, operation: string, request: unknown, requestId: string) => {
      const caller = this.caller(this.principalOf(credential), { region: credential.region });
      try {
        return this.service.perform(caller, { operation, request, requestId }, bytesFromBase64);
      } catch (error) {
        throw error instanceof StateFileError ? new KmsException('KMSInternalException', error.message, { cause: error }) : error;
      }
    };
    return serveAwsJson({ signingName: 'kms', targetPrefix: 'TrentService', internalException: 'KMSInternalException', perform }, port);
  }

  private caller(principal: Principal, call: CallOptions): Caller {
    return callerOf(principal, call, { account: this.account, region: this.region });
  }

  private principalNamed(name: string): Principal {
    return this.principals.get(name) ?? [...this.principals.values()].find(({ arn }) => arn === name) ?? { arn: name };
  }

  private principalOf({ accessKeyId }: Credential): Principal {
    const principal = this.principals.get(accessKeyId) ?? (this.principals.size === 0 ? this.administrator : undefined);
    if (principal) { return principal; }
    throw new KmsException('UnrecognizedClientException',
      `The security token included in the request is invalid. (LocalKms: nobody was added with the access key id ${accessKeyId}.)`);
  }
}

function opened({ stateFile, consistencyDelaySeconds }: LocalKmsOptions, now: () => Date) {
  if (stateFile === undefined) { return { store: new KeyStore(consistencyDelaySeconds), clock: new Clock(now), save: () => undefined }; }
  const file = new StateFile(stateFile);
  const state = file.read() as SavedState | undefined;
  const store = state ? restoredStore(state, consistencyDelaySeconds) : new KeyStore(consistencyDelaySeconds);
  const clock = new Clock(now, state?.ahead);
  const save = () => file.write(savedState(store, clock.turnedOn));
  save(); // that it cannot be written is found now, not at the first call
  return { store, clock, save };
}

function administratorOf(partition: string, account: string): Principal {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  return { arn: `arn:${partition}:iam::${account}:role/Administrator`, identityPolicies: [everything] };
}

function requirePlace(account: string, region: string): void {
  if (!/^\d{12}$/.test(account)) { throw new TypeError(`'account' is '${account}'; an account has 12 digits. Write '111122223333'.`); }
  if (!/^[a-z]+(-[a-z]+)+-\d+$/.test(region)) { throw new TypeError(`'region' is '${region}'; Regions are named as 'eu-west-1'. Write one of those.`); }
}
