import { Eventually } from '../eventually';
import type { Key } from './key';
import { isSameAccess, latestAccess, type KeyAccess } from './key-access';
import { partitionOf } from '../../partition';
import { TokenSeal } from '../cryptography/token-seal';
import type { KeyGrant } from '../grants/grant';

export interface Alias {
  readonly name: string;
  readonly arn: string;
  keyArn: string;
  readonly creationDate: Date;
  lastUpdatedDate: Date;
}

/** Where a key or an alias lives. One KMS knows nothing of another account's or Region's names. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/** The keys and aliases of every account and Region, as they are at a given time. */
export class KeyStore {
  private readonly keys = new Map<string, Key>();
  private readonly aliases = new Map<string, Alias>();
  private readonly accesses = new WeakMap<Key, Eventually<KeyAccess>>();

  constructor(private readonly consistencyDelaySeconds = 0, public readonly tokenSeal = new TokenSeal()) {}

  /** Everything, whatever the time. */
  public get contents(): { readonly keys: Key[]; readonly aliases: Alias[] } {
    return { keys: [...this.keys.values()], aliases: [...this.aliases.values()] };
  }

  public arn({ account, region }: Home, resource: string): string {
    return `arn:${partitionOf(region)}:kms:${region}:${account}:${resource}`;
  }

  public add(key: Key): void {
    this.keys.set(key.arn, key);
    key.related?.add(key);
  }

  /** The key with what time has brought done to it; none when its deletion was due. */
  public key(arn: string, now: Date): Key | undefined {
    const key = this.keys.get(arn);
    if (key) { (key.related?.byDeletion ?? [key]).forEach((one) => this.settle(one, now)); }
    return this.keys.get(arn);
  }

  public keysOf({ account, region }: Home, now: Date): Key[] {
    const here = [...this.keys.values()].filter((key) => key.account === account && key.region === region);
    return here.filter((key) => this.key(key.arn, now) !== undefined);
  }

  /** Of every account. */
  public grantsIn(region: string, now: Date): KeyGrant[] {
    const here = [...this.keys.values()].filter((key) => key.region === region);
    return here.flatMap(({ arn }) => this.key(arn, now)?.grants ?? []);
  }

  public alias(arn: string, now: Date): Alias | undefined {
    const alias = this.aliases.get(arn);
    return alias && this.key(alias.keyArn, now) && alias;
  }

  public putAlias(alias: Alias): void {
    this.aliases.set(alias.arn, alias);
  }

  public deleteAlias(arn: string): void {
    this.aliases.delete(arn);
  }

  public aliasesOf(home: Home, now: Date): Alias[] {
    const prefix = this.arn(home, 'alias/');
    return [...this.aliases.values()].filter(({ arn }) => arn.startsWith(prefix) && this.alias(arn, now) !== undefined);
  }

  /** Aliases live in the account and Region of their key. */
  public aliasesOfKey(key: Key): Alias[] {
    return [...this.aliases.values()].filter(({ keyArn }) => keyArn === key.arn);
  }

  /** What decides who may do what with the key: where consistency takes a while, that of a while ago. */
  public access(key: Key, now: Date): KeyAccess {
    return this.accesses.get(key)?.asOf(now.getTime() - 1_000 * this.consistencyDelaySeconds) ?? this.latestAccess(key);
  }

  /** To be called after each operation: since when what it changed is as it is. What is there the first time decides at once. */
  public recordAccess(now: Date): void {
    if (this.consistencyDelaySeconds === 0) { return; }
    const aliases = this.namesByKey();
    this.keys.forEach((key) => this.recordAccessTo(key, aliases.get(key.arn) ?? [], now));
  }

  /** The names of all aliases, gone through once, however many keys there are. */
  private namesByKey(): Map<string, string[]> {
    const names = new Map<string, string[]>();
    for (const { keyArn, name } of this.aliases.values()) { names.set(keyArn, [...names.get(keyArn) ?? [], name]); }
    return names;
  }

  private recordAccessTo(key: Key, aliases: readonly string[], now: Date): void {
    const { policy, grants, tags } = key;
    const latest = { policy, grants, tags, aliases };
    const access = this.accesses.get(key);
    if (!access) { this.accesses.set(key, new Eventually(latest)); } else if (!isSameAccess(access.latest, latest)) { access.set(latest, now); }
  }

  private latestAccess(key: Key): KeyAccess {
    return latestAccess(key, () => this.aliasesOfKey(key).map(({ name }) => name));
  }

  private settle(key: Key, now: Date): void {
    if (key.deletion?.date && key.deletion.date <= now) {
      this.delete(key, key.deletion.date);
    } else {
      key.settle(now);
    }
  }

  // Deletion takes every alias of the key along (AWS KMS Developer Guide, Deleting AWS KMS keys).
  private delete(key: Key, date: Date): void {
    this.aliasesOfKey(key).forEach(({ arn }) => this.deleteAlias(arn));
    this.keys.delete(key.arn);
    key.related?.delete(key, date);
  }
}
