import { randomBytes, randomUUID } from 'node:crypto';
import { DAY, KeyMaterials, type KeyMaterial } from './key-materials';
import { algorithmsOf, type KeyKind, type KeySpec, type KeyUsage } from './key-spec';
import type { KeyState } from './key-state';
import { RelatedKeys, type MultiRegionKeyType } from './related-keys';
import type { PolicyDocument } from '../../../proof';
import { partitionOf } from '../../partition';
import type { KeyGrant } from '../grants/grant';
import { deleteMaterial } from '../imports/key-import';
import type { CryptographicOperation } from '../service-model';

/** A key policy as its owner wrote it and as it is evaluated. */
export interface KeyPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** @see AWS KMS API Reference, KeyLastUsageData */
export interface KeyUse {
  readonly operation: CryptographicOperation;
  readonly requestId: string;
  readonly date: Date;
}

/** What related multi-Region keys do not share. */
export interface OwnProperties {
  readonly region: string;
  readonly policy: KeyPolicy;
  readonly description: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly creationDate: Date;
}

export interface NewKey extends OwnProperties {
  readonly account: string;
  readonly kind: KeyKind;
  readonly origin: 'AWS_KMS' | 'EXTERNAL';
  readonly multiRegion: boolean;
}

interface KeyParts extends NewKey {
  readonly id: string;
  readonly materials: KeyMaterials;
  readonly related?: RelatedKeys | undefined;
}

export class Key {
  /** With new key material, or waiting for its import. */
  public static create(options: NewKey): Key {
    const { origin, kind, multiRegion } = options;
    const materials = origin === 'EXTERNAL' ? new KeyMaterials() : KeyMaterials.generated(kind.spec);
    return new Key({ ...options, id: newKeyId(multiRegion), materials });
  }

  /** A replica of a multi-Region primary key, which shares the rest with it (AWS KMS Developer Guide, Multi-Region keys, Shared properties). */
  public static replicaOf(primary: Key, own: OwnProperties): Key {
    const { id, account, origin, related } = primary;
    // Imported material is imported into each of them.
    const materials = origin === 'EXTERNAL' ? KeyMaterials.awaited(primary.materials) : primary.materials;
    return new Key({ ...own, id, account, kind: primary, origin, multiRegion: true, materials, related });
  }

  public readonly spec: KeySpec;
  public readonly usage: KeyUsage;
  /** What it encrypts, signs … with. */
  public readonly algorithms: readonly string[];
  public readonly id: string;
  public readonly arn: string;
  public readonly region: string;
  public readonly account: string;
  public readonly origin: 'AWS_KMS' | 'EXTERNAL';
  /** Those of the same multi-Region key; none for a single-Region key. */
  public readonly related?: RelatedKeys;
  public readonly creationDate: Date;
  public description: string;
  public tags: ReadonlyMap<string, string>;
  public policy: KeyPolicy;
  public grants: readonly KeyGrant[] = [];
  public enabled = true;
  /** While it waits for its deletion; without a date, while it first waits for that of its replicas. */
  public deletion?: { readonly windowInDays: number; readonly date?: Date | undefined } | undefined;
  /** The last cryptographic operation with it that succeeded. */
  public lastUsage?: KeyUse | undefined;
  public readonly materials: KeyMaterials;

  constructor(options: KeyParts) {
    this.id = options.id;
    this.arn = `arn:${partitionOf(options.region)}:kms:${options.region}:${options.account}:key/${this.id}`;
    this.region = options.region;
    this.account = options.account;
    this.spec = options.kind.spec;
    this.usage = options.kind.usage;
    this.algorithms = algorithmsOf(options.kind);
    this.origin = options.origin;
    if (options.multiRegion) { this.related = options.related ?? new RelatedKeys(this); }
    this.creationDate = options.creationDate;
    this.description = options.description;
    this.tags = options.tags;
    this.policy = options.policy;
    this.materials = options.materials;
  }

  public get state(): KeyState {
    if (this.deletion) { return this.deletion.date ? 'PendingDeletion' : 'PendingReplicaDeletion'; }
    if (!this.materials.areComplete) { return 'PendingImport'; }
    return this.enabled ? 'Enabled' : 'Disabled';
  }

  /** None for a single-Region key. */
  public get multiRegionKeyType(): MultiRegionKeyType | undefined {
    return this.related && (this.related.primary === this ? 'PRIMARY' : 'REPLICA');
  }

  /** What a key encrypts, signs … with while it is enabled. */
  public get currentMaterial(): KeyMaterial | undefined {
    const { current } = this.materials;
    return current && this.materials.find(current.id);
  }

  /** Does what time has brought: imported material expires; only enabled keys rotate, and replicas with their primary. */
  public settle(now: Date): void {
    this.materials.expired(now).forEach((id) => deleteMaterial(this, id));
    if (this.state === 'Enabled' && this.multiRegionKeyType !== 'REPLICA') { this.materials.settle(now); }
  }

  /** A disabled key does not rotate; one that is overdue when it is enabled rotates at once, and once. */
  public enable(now: Date): void {
    this.enabled = true;
    if (this.multiRegionKeyType !== 'REPLICA') { this.materials.catchUp(now); }
  }

  /** A primary key waits for the deletion of its replicas first. */
  public scheduleDeletion(windowInDays: number, now: Date): void {
    this.deletion = { windowInDays };
    if (this.multiRegionKeyType !== 'PRIMARY' || this.related!.replicas.length === 0) { this.beginDeletion(now); }
  }

  /** Begins the waiting period, if the key waits for that. */
  public beginDeletion(now: Date): void {
    if (this.state !== 'PendingReplicaDeletion') { return; }
    const { windowInDays } = this.deletion!;
    this.deletion = { windowInDays, date: new Date(now.getTime() + windowInDays * DAY) };
  }

  /** Leaves the key disabled (AWS KMS Developer Guide, Deleting AWS KMS keys). */
  public cancelDeletion(): void {
    this.deletion = undefined;
    this.enabled = false;
  }
}

function newKeyId(multiRegion: boolean): string {
  return multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID();
}
