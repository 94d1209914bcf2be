import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { TokenSeal } from '../cryptography/token-seal';
import { Key } from '../keys/key';
import { KeyMaterials, type MaterialRecord } from '../keys/key-materials';
import { KeyStore, type Alias } from '../keys/key-store';
import type { RelatedKeys } from '../keys/related-keys';

/** As `JSON.parse` gives back what `JSON.stringify` was given. */
type Json<T> =
  T extends Date ? string :
    T extends readonly (infer E)[] ? Json<E>[] :
      T extends object ? { readonly [Name in keyof T]: Json<T[Name]> } : T;

/** All that a KMS knows, key material in the clear. */
export type SavedState = Json<ReturnType<typeof savedState>>;
type SavedKey = Json<ReturnType<typeof savedKey>>;
type SavedMaterials = Json<ReturnType<typeof savedMaterials>>;
type SavedRecord = Json<ReturnType<typeof savedRecord>>;
type SavedSecret = ReturnType<typeof savedSecret>;

/** @param ahead how far its clock was turned on, in milliseconds */
export function savedState(store: KeyStore, ahead: number) {
  const { keys, aliases } = store.contents;
  // Related keys may share theirs, and are to share them again.
  const materials = new Map([...new Set(keys.map((key) => key.materials))].map((each, index) => [each, index]));
  return {
    ahead,
    tokenSeal: savedSecret(store.tokenSeal.secret),
    materials: [...materials.keys()].map(savedMaterials),
    keys: keys.map((key) => savedKey(key, materials.get(key.materials)!)),
    aliases,
  };
}

export function restoredStore(state: SavedState, consistencyDelaySeconds?: number): KeyStore {
  const store = new KeyStore(consistencyDelaySeconds, new TokenSeal(restoredSecret(state.tokenSeal)));
  const materials = state.materials.map(restoredMaterials);
  const related = new Map<string, RelatedKeys>();
  for (const saved of state.keys) {
    const name = `${saved.account} ${saved.id}`;
    const key = restoredKey(saved, materials[saved.materials]!, related.get(name));
    if (key.related) { related.set(name, key.related); }
    store.add(key);
  }
  state.aliases.forEach((alias) => store.putAlias(restoredAlias(alias)));
  return store;
}

function savedKey(key: Key, materials: number) {
  const { id, region, account, spec, usage, origin, creationDate, description, enabled, deletion, lastUsage, grants, multiRegionKeyType } = key;
  return {
    id,
    region,
    account,
    spec,
    usage,
    origin,
    creationDate,
    description,
    enabled,
    deletion,
    lastUsage,
    grants,
    multiRegionKeyType,
    policy: key.policy.text,
    tags: [...key.tags],
    materials,
  };
}

function restoredKey(saved: SavedKey, materials: KeyMaterials, related: RelatedKeys | undefined): Key {
  const { policy: text, tags, grants, deletion, lastUsage, multiRegionKeyType } = saved;
  const key = new Key({
    ...saved,
    kind: saved,
    policy: { text, document: JSON.parse(text) },
    tags: new Map(tags as [string, string][]),
    creationDate: new Date(saved.creationDate),
    multiRegion: multiRegionKeyType !== undefined,
    materials,
    related,
  });
  key.enabled = saved.enabled;
  key.grants = grants.map((grant) => ({ ...grant, CreationDate: new Date(grant.CreationDate) }));
  key.deletion = deletion && { ...deletion, date: restoredDate(deletion.date) };
  key.lastUsage = lastUsage && { ...lastUsage, date: new Date(lastUsage.date) };
  if (multiRegionKeyType === 'PRIMARY') { key.related!.primary = key; }
  return key;
}

function savedMaterials({ schedule, pending, history }: KeyMaterials) {
  return { schedule, pending: pending && savedRecord(pending), history: history.map(savedRecord) };
}

function restoredMaterials({ schedule, pending, history }: SavedMaterials): KeyMaterials {
  const materials = new KeyMaterials(history.map(restoredRecord));
  materials.schedule = schedule && { ...schedule, nextDate: new Date(schedule.nextDate) };
  materials.pending = pending && restoredRecord(pending);
  return materials;
}

function savedRecord({ secret, ...record }: MaterialRecord) {
  return { ...record, secret: secret && savedSecret(secret) };
}

function restoredRecord({ secret, rotation, validTo, ...record }: SavedRecord): MaterialRecord {
  return {
    ...record,
    secret: secret && restoredSecret(secret),
    rotation: rotation && { ...rotation, date: new Date(rotation.date) },
    validTo: restoredDate(validTo),
  };
}

function restoredAlias({ creationDate, lastUpdatedDate, ...alias }: Json<Alias>): Alias {
  return { ...alias, creationDate: new Date(creationDate), lastUpdatedDate: new Date(lastUpdatedDate) };
}

function restoredDate(date: string | undefined): Date | undefined {
  return date === undefined ? undefined : new Date(date);
}

// Every secret is exported once: the state is saved more often than keys are made.
const EXPORTED = new WeakMap<KeyObject, string>();

function savedSecret(secret: KeyObject) {
  const bytes = EXPORTED.get(secret) ?? exported(secret).toString('base64');
  EXPORTED.set(secret, bytes);
  return { type: secret.type, bytes };
}

/** PKCS #8 of a private key. */
function exported(secret: KeyObject): Buffer {
  return secret.type === 'private' ? secret.export({ type: 'pkcs8', format: 'der' }) : secret.export();
}

function restoredSecret({ type, bytes }: SavedSecret): KeyObject {
  const content = Buffer.from(bytes, 'base64');
  return type === 'private' ? createPrivateKey({ key: content, type: 'pkcs8', format: 'der' }) : createSecretKey(content);
}
