import { createHash } from 'node:crypto';
import { ParameterProperties, ParameterTier } from './contract';

/** From which settings a version of a parameter was made. It is kept in a tag of the parameter, because values cannot be compared. */
export interface ValueRecord {
  /** A digest of the value's settings. */
  readonly settings: string;
  /** A digest of the key's ARN. */
  readonly key: string;
  readonly tier: ParameterTier;
  readonly version: number;
}

/** What is known about a parameter before a change. */
export interface RecordedState {
  /** The newest version. */
  readonly version: number;
  readonly record: ValueRecord;
  readonly previous?: ValueRecord;
}

/** How to carry out a change. */
export interface ValuePlan {
  /** The version to take the value from; none: make a new one. */
  readonly from?: 'latest' | number;
  /** Whether the change takes back the one before. */
  readonly rollsBack: boolean;
  readonly record: ValueRecord;
  readonly previous?: ValueRecord;
}

export function recordOf({ Value, KeyId, Tier }: ParameterProperties, version: number): ValueRecord {
  return { settings: digest(JSON.stringify(Object.entries(Value).sort())), key: digest(KeyId), tier: Tier, version };
}

/**
 * Decides where the value comes from. Records are written before the version they speak of.
 *
 * - Settings as before: the newest version, even where somebody else wrote it.
 * - Back to what was before the last change, and nobody wrote since: the version of then. So CloudFormation rolls back without
 *   changing the value, and without reading under a key that it has already taken away.
 * - Other settings: a new value.
 */
export function valuePlan(state: RecordedState, wanted: ValueRecord): ValuePlan {
  const { version, record, previous } = state;
  const actual = previous && record.version > version ? previous : record; // an announced version never came
  const unchanged = isSame(actual, wanted);
  const rollsBack = !unchanged && previous !== undefined && isSame(previous, wanted) && version <= record.version;
  return {
    from: rollsBack ? previous.version : actual.settings === wanted.settings ? 'latest' : undefined,
    rollsBack,
    record: { ...wanted, tier: keptTier(actual, wanted), version: version + 1 },
    previous: unchanged ? previous : { ...actual, version },
  };
}

/** Parameter Store makes a parameter advanced, but never standard again (AWS Systems Manager User Guide, Managing parameter tiers). */
function keptTier(actual: ValueRecord, wanted: ValueRecord): ParameterTier {
  return actual.tier === 'Advanced' && wanted.tier === 'Standard' ? 'Advanced' : wanted.tier;
}

function isSame(one: ValueRecord, other: ValueRecord): boolean {
  return one.settings === other.settings && one.key === other.key && one.tier === other.tier;
}

/** As a tag's value, which has no commas or quotes. */
export function formatRecord({ settings, key, tier, version }: ValueRecord): string {
  return [settings, key, tier, version].join(' ');
}

export function parseRecord(text: string | undefined): ValueRecord | undefined {
  const [settings, key, tier, version] = (text ?? '').split(' ');
  return settings && key && tier && version ? { settings, key, tier: tier as ParameterTier, version: Number(version) } : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
