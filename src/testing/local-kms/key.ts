import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { algorithmsOf, generateSecret, type KeyKind, type KeySpec, type KeyUsage } from './key-spec';
import type { KeyState } from './key-state';
import type { PolicyDocument } from '../../proof';
import { partitionOf } from '../partition';

export const DAY = 86_400_000;

/** The secret or private key of a key at one time. The bytes stay inside node:crypto. */
export interface KeyMaterial {
  /** 64 hexadecimal digits, as AWS KMS names key material. */
  readonly id: string;
  readonly secret: KeyObject;
}

/** A key policy as its owner wrote it and as it is evaluated. */
export interface KeyPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
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
  public enabled = true;
  /** While it waits for its deletion. */
  public deletion?: { readonly date: Date } | undefined;
  public rotation?: { readonly periodInDays: number; readonly nextDate: Date };
  /** The last successful use of the key material. */
  public lastUsed?: Date;
  // The last one encrypts, all of them decrypt.
  private readonly materials: KeyMaterial[] = [];

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
    if (this.origin === 'AWS_KMS') { this.addMaterial(); }
  }

  public get state(): KeyState {
    if (this.deletion) { return 'PendingDeletion'; }
    if (!this.currentMaterial) { return 'PendingImport'; }
    return this.enabled ? 'Enabled' : 'Disabled';
  }

  public get currentMaterial(): KeyMaterial | undefined {
    return this.materials.at(-1);
  }

  public material(id: string): KeyMaterial | undefined {
    return this.materials.find((material) => material.id === id);
  }

  /** Does what time has brought: an enabled key whose rotation is due gets new material; the old stays, to decrypt. */
  public settle(now: Date): void {
    while (this.rotation && this.state === 'Enabled' && this.rotation.nextDate <= now) {
      this.addMaterial();
      this.scheduleRotation(this.rotation.periodInDays, this.rotation.nextDate);
    }
  }

  /** The next rotation, one period after `from` (API Reference, EnableKeyRotation). */
  public scheduleRotation(periodInDays: number, from: Date): void {
    this.rotation = { periodInDays, nextDate: new Date(from.getTime() + periodInDays * DAY) };
  }

  /** A disabled key does not rotate; one that is overdue when it is enabled rotates at once, and once. */
  public enable(now: Date): void {
    this.enabled = true;
    if (this.rotation && this.rotation.nextDate < now) { this.rotation = { ...this.rotation, nextDate: now }; }
  }

  public scheduleDeletion(windowInDays: number, now: Date): void {
    this.deletion = { date: new Date(now.getTime() + windowInDays * DAY) };
  }

  /** Leaves the key disabled (AWS KMS Developer Guide, Deleting AWS KMS keys). */
  public cancelDeletion(): void {
    this.deletion = undefined;
    this.enabled = false;
  }

  private addMaterial(): void {
    this.materials.push({ id: randomBytes(32).toString('hex'), secret: generateSecret(this.spec) });
  }
}
