import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyGrant } from './grant';
import { DAY, KeyMaterials, type KeyMaterial } from './key-materials';
import { algorithmsOf, type KeyKind, type KeySpec, type KeyUsage } from './key-spec';
import type { KeyState } from './key-state';
import type { CryptographicOperation } from './service-model';
import type { PolicyDocument } from '../../proof';
import { partitionOf } from '../partition';

/** A key policy as its owner wrote it and as it is evaluated. */
export interface KeyPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** @see AWS KMS API Reference, KeyLastUsageData */
export interface KeyUse {
  readonly operation: CryptographicOperation;
  readonly date: Date;
}

export interface NewKey {
  readonly region: string;
  readonly account: string;
  readonly policy: KeyPolicy;
  readonly description: string;
  readonly kind: KeyKind;
  readonly origin: 'AWS_KMS' | 'EXTERNAL';
  readonly multiRegion: boolean;
  readonly tags: ReadonlyMap<string, string>;
  readonly creationDate: Date;
}

export class Key {
  public readonly spec: KeySpec;
  public readonly usage: KeyUsage;
  /** What it encrypts, signs … with. */
  public readonly algorithms: readonly string[];
  public readonly id: string;
  public readonly arn: string;
  public readonly region: string;
  public readonly account: string;
  public readonly origin: 'AWS_KMS' | 'EXTERNAL';
  public readonly multiRegion: boolean;
  public readonly creationDate: Date;
  public description: string;
  public tags: ReadonlyMap<string, string>;
  public policy: KeyPolicy;
  public grants: readonly KeyGrant[] = [];
  public enabled = true;
  /** While it waits for its deletion. */
  public deletion?: { readonly date: Date } | undefined;
  /** The last cryptographic operation with it that succeeded. */
  public lastUsage?: KeyUse;
  public readonly materials: KeyMaterials;

  constructor(options: NewKey) {
    this.id = options.multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID();
    this.arn = `arn:${partitionOf(options.region)}:kms:${options.region}:${options.account}:key/${this.id}`;
    this.region = options.region;
    this.account = options.account;
    this.spec = options.kind.spec;
    this.usage = options.kind.usage;
    this.algorithms = algorithmsOf(options.kind);
    this.origin = options.origin;
    this.multiRegion = options.multiRegion;
    this.creationDate = options.creationDate;
    this.description = options.description;
    this.tags = options.tags;
    this.policy = options.policy;
    this.materials = this.origin === 'AWS_KMS' ? KeyMaterials.generated(this.spec) : new KeyMaterials();
  }

  public get state(): KeyState {
    if (this.deletion) { return 'PendingDeletion'; }
    if (!this.materials.areComplete) { return 'PendingImport'; }
    return this.enabled ? 'Enabled' : 'Disabled';
  }

  /** What a key encrypts, signs … with while it is enabled. */
  public get currentMaterial(): KeyMaterial | undefined {
    const { current } = this.materials;
    return current && this.materials.find(current.id);
  }

  /** Does what time has brought: only enabled keys rotate. */
  public settle(now: Date): void {
    if (this.state === 'Enabled') { this.materials.settle(now); }
  }

  /** A disabled key does not rotate; one that is overdue when it is enabled rotates at once, and once. */
  public enable(now: Date): void {
    this.enabled = true;
    this.materials.catchUp(now);
  }

  public scheduleDeletion(windowInDays: number, now: Date): void {
    this.deletion = { date: new Date(now.getTime() + windowInDays * DAY) };
  }

  /** Leaves the key disabled (AWS KMS Developer Guide, Deleting AWS KMS keys). */
  public cancelDeletion(): void {
    this.deletion = undefined;
    this.enabled = false;
  }
}
