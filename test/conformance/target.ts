import { generateKeyPairSync } from 'node:crypto';
import { KMS } from '@aws-sdk/client-kms';
import { accountOf, CALLER_NAMES, type Caller, type CallerName, type Callers } from './callers';
import CALLERS from './callers.json';
import type { Principal } from '../../src/testing/local-kms/callers/caller';
import { LocalKms } from '../../src/testing/local-kms/local-kms';

export interface TargetOptions {
  readonly callers: Callers;
  readonly region: string;
  /** Where replicas go. */
  readonly otherRegion: string;
  /** @default AWS KMS itself */
  readonly endpoint?: string;
  /** How long an answer may take to become what a case expects: changes reach all of AWS KMS within minutes. @default 0 */
  readonly patienceSeconds?: number;
  /** @default the clock of this machine */
  readonly now?: () => Date;
  /** Lets time go by. @default it cannot be told to, and cases that want it are skipped */
  readonly advanceDays?: (days: number) => void;
  /** Whether it is made for the run and gone afterwards. @default false */
  readonly isLocal?: boolean;
  /** @default true */
  readonly hasPostQuantumKeys?: boolean;
}

/** A KMS to hold to the cases. */
export class Target {
  public readonly options: TargetOptions;
  private readonly clients = new Map<string, KMS>();

  constructor(options: TargetOptions) {
    this.options = options;
  }

  /** What every case can refer to. */
  public get names(): Record<string, unknown> {
    const { callers, region, otherRegion } = this.options;
    const { administrator, outsider } = callers;
    const [, partition] = administrator.arn.split(':');
    return { ...callers, partition, region, otherRegion, account: accountOf(administrator), otherAccount: outsider && accountOf(outsider) };
  }

  public now(): Date {
    return this.options.now?.() ?? new Date();
  }

  public client(name: CallerName = 'administrator', where?: 'other'): KMS {
    const id = `${name} ${where}`;
    const client = this.clients.get(id) ?? this.newClient(this.options.callers[name]!, where ? this.options.otherRegion : this.options.region);
    this.clients.set(id, client);
    return client;
  }

  private newClient({ profile, accessKeyId }: Caller, region: string): KMS {
    const { endpoint } = this.options;
    if (!endpoint) { return new KMS({ region, profile, maxAttempts: 10, retryMode: 'adaptive', ignoreConfiguredEndpointUrls: true }); }
    return new KMS({ region, endpoint, credentials: { accessKeyId: accessKeyId ?? 'any', secretAccessKey: 'any' }, maxAttempts: 1 });
  }
}

/** A LocalKms on loopback with all the callers, whose clock can be turned on. */
export async function localTarget(): Promise<{ readonly target: Target; readonly close: () => Promise<void> }> {
  const principals = Object.fromEntries(CALLER_NAMES.map((name) => [name, localPrincipal(name)]));
  const callers = Object.fromEntries(CALLER_NAMES.map((name) => [name, { arn: principals[name]!.arn, accessKeyId: name }]));
  const kms = new LocalKms({ principals });
  const { url: endpoint, close } = await kms.listen();
  const target = new Target({
    callers: callers as unknown as Callers,
    region: 'us-east-1',
    otherRegion: 'eu-west-1',
    endpoint,
    now: () => kms.now(),
    advanceDays: (days) => kms.advance({ days }),
    isLocal: true,
    hasPostQuantumKeys: nodeHasPostQuantumKeys(),
  });
  return { target, close };
}

function nodeHasPostQuantumKeys(): boolean {
  try {
    (generateKeyPairSync as (type: string) => unknown)('ml-dsa-44');
    return true;
  } catch {
    return false;
  }
}

function localPrincipal(name: CallerName): Principal {
  const { account, policy } = CALLERS[name];
  return {
    arn: `arn:aws:iam::${account === 'own' ? '111122223333' : '444455556666'}:role/${name}`,
    identityPolicies: [{ Version: '2012-10-17', Statement: policy } as NonNullable<Principal['identityPolicies']>[number]],
  };
}
