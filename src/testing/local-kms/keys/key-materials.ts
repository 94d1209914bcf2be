import { randomBytes, type KeyObject } from 'node:crypto';
import { generateSecret, type KeySpec } from './key-spec';

export const DAY = 86_400_000;

/** A secret or private key. The bytes stay inside node:crypto. */
export interface KeyMaterial {
  /** 64 hexadecimal digits, as AWS KMS names key material. */
  readonly id: string;
  readonly secret: KeyObject;
}

export interface Rotation {
  readonly date: Date;
  readonly type: 'AUTOMATIC' | 'ON_DEMAND';
}

/** One of the materials that a key has, or had until they expired or were deleted. */
export interface MaterialRecord {
  readonly id: string;
  /** None while imported material waits to be imported again. */
  readonly secret?: KeyObject | undefined;
  /** How it became the current one; none for the first. */
  readonly rotation?: Rotation | undefined;
  /** Of imported material. */
  readonly description?: string | undefined;
  /** When imported material expires. */
  readonly validTo?: Date | undefined;
}

export interface RotationSchedule {
  readonly periodInDays: number;
  readonly nextDate: Date;
}

/** What a key encrypts, signs … with, now and before. Multi-Region keys whose material AWS KMS made share one object. */
export class KeyMaterials {
  /** With new material of AWS KMS's making. */
  public static generated(spec: KeySpec): KeyMaterials {
    return new KeyMaterials([newMaterial(spec)]);
  }

  /** Those of a replica whose material is imported on its own: the same as its primary's, none of it here yet. */
  public static awaited({ history, pending }: KeyMaterials): KeyMaterials {
    const materials = new KeyMaterials(history.map(({ id, rotation }) => ({ id, rotation })));
    materials.pending = pending && { id: pending.id };
    return materials;
  }

  /** Of its automatic rotation; none while that is off. */
  public schedule?: RotationSchedule;
  /** Imported to be the next; until the rotation the key has nothing to do with it. */
  public pending?: MaterialRecord | undefined;

  /** @param records in the order in which they became current */
  constructor(private readonly records: MaterialRecord[] = []) {}

  /** Every material that the key has ever encrypted with. */
  public get history(): readonly MaterialRecord[] {
    return this.records;
  }

  /** What encrypts. All of the history decrypts. */
  public get current(): MaterialRecord | undefined {
    return this.records.at(-1);
  }

  /** Whether all is there: a key that lacks any of its materials is pending import as a whole. */
  public get areComplete(): boolean {
    return this.records.length > 0 && this.records.every(isPresent);
  }

  /** The material of this id, if it is there. */
  public find(id: string): KeyMaterial | undefined {
    return this.records.filter(isPresent).find((material) => material.id === id);
  }

  /** The next automatic rotation, one period after `from` (API Reference, EnableKeyRotation). */
  public scheduleRotation(periodInDays: number, from: Date): void {
    this.schedule = { periodInDays, nextDate: new Date(from.getTime() + periodInDays * DAY) };
  }

  /** Does the automatic rotations that are due. */
  public settle(now: Date): void {
    while (this.schedule && this.schedule.nextDate <= now) {
      const { nextDate: date, periodInDays } = this.schedule;
      this.records.push({ ...newMaterial('SYMMETRIC_DEFAULT'), rotation: { date, type: 'AUTOMATIC' } });
      this.scheduleRotation(periodInDays, date);
    }
  }

  /** One rotation that is overdue comes now; the schedule goes on from here. */
  public catchUp(now: Date): void {
    if (this.schedule && this.schedule.nextDate < now) { this.schedule = { ...this.schedule, nextDate: now }; }
  }

  /** Goes on with the material that is pending, else with new material of AWS KMS's making. The old stays, to decrypt. */
  public rotateOnDemand(date: Date): void {
    const next = this.pending ?? newMaterial('SYMMETRIC_DEFAULT');
    this.records.push({ ...next, rotation: { date, type: 'ON_DEMAND' } });
    this.pending = undefined;
  }

  /** Whether the material is, or was once, of this key, or is pending. */
  public known(id: string): MaterialRecord | undefined {
    return [...this.records, this.pending].find((record) => record?.id === id);
  }

  /** Changes what is known of the material; the first that is not known is the current one at once, any other is pending. */
  public put(record: MaterialRecord): void {
    const index = this.records.findIndex(({ id }) => id === record.id);
    if (index >= 0) {
      this.records[index] = { ...this.records[index], ...record };
    } else if (this.records.length === 0) {
      this.records.push(record);
    } else {
      this.pending = { ...(this.pending?.id === record.id && this.pending), ...record };
    }
  }

  /** Forgets the secret, and that it was to expire; of material that is pending, everything. */
  public remove(id: string): void {
    if (this.pending?.id === id) {
      this.pending = undefined;
    } else {
      this.put({ id, secret: undefined, validTo: undefined });
    }
  }

  /** The ids of the imported material whose time is over. */
  public expired(now: Date): string[] {
    return [...this.records, this.pending].flatMap((record) => record?.validTo && record.validTo <= now ? record.id : []);
  }
}

function isPresent(record: MaterialRecord): record is MaterialRecord & KeyMaterial {
  return record.secret !== undefined;
}

function newMaterial(spec: KeySpec): KeyMaterial {
  return { id: randomBytes(32).toString('hex'), secret: generateSecret(spec) };
}
