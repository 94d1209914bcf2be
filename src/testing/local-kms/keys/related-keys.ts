import { KmsException } from '../exceptions';
import type { Key } from './key';

export type MultiRegionKeyType = 'PRIMARY' | 'REPLICA';

/** Related multi-Region keys: a primary key and its replicas, each in a Region of its own (AWS KMS Developer Guide, Multi-Region keys). */
export class RelatedKeys {
  private readonly byRegion = new Map<string, Key>();

  constructor(public primary: Key) {}

  /** In the order of their Regions. */
  public get replicas(): Key[] {
    const replicas = [...this.byRegion.values()].filter((key) => key !== this.primary);
    return replicas.sort((a, b) => a.region < b.region ? -1 : 1);
  }

  /** In the order in which time takes them: the replica that is deleted first, the primary last, which waits for them all. */
  public get byDeletion(): Key[] {
    const time = ({ deletion }: Key) => deletion?.date?.getTime() ?? Infinity;
    return [...this.replicas.sort((a, b) => time(a) < time(b) ? -1 : 1), this.primary];
  }

  public in(region: string): Key | undefined {
    return this.byRegion.get(region);
  }

  public add(key: Key): void {
    this.byRegion.set(key.region, key);
  }

  /** The waiting period of a primary that is to be deleted begins when its last replica is gone. */
  public delete(key: Key, now: Date): void {
    this.byRegion.delete(key.region);
    if (this.replicas.length === 0) { this.primary.beginDeletion(now); }
  }
}

/** @throws `UnsupportedOperationException` when it is a replica or a single-Region key */
export function requirePrimary({ arn, multiRegionKeyType }: Key): void {
  if (multiRegionKeyType !== 'PRIMARY') { throw new KmsException('UnsupportedOperationException', `${arn} is not a multi-Region primary key.`); }
}
