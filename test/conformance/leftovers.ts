import type { KMS } from '@aws-sdk/client-kms';
import type { CallStep } from './subject';
import type { Target } from './target';

/** The tag on every key that a run makes, and what the names of its aliases begin with: by them `--clean-up` finds what a run left. */
export const MARK = 'cdk-customer-managed-keys:conformance';
export const ALIAS_PREFIX = 'alias/cdk-customer-managed-keys-conformance/';
const WINDOW_DAYS = 7;

type Where = CallStep['region'];

/** What a run made and has to clean up. */
export class Leftovers {
  private readonly keys: { readonly arn: string; readonly where: Where }[] = [];
  private readonly aliases: { readonly name: string; readonly where: Where }[] = [];

  constructor(private readonly target: Target) {}

  public record({ operation, region }: CallStep, request: any, answer: any): void {
    const made = answer.KeyMetadata ?? answer.ReplicaKeyMetadata;
    if (operation === 'CreateKey') { this.keys.push({ arn: made.Arn, where: region }); }
    if (operation === 'ReplicateKey') { this.keys.push({ arn: made.Arn, where: 'other' }); }
    if (operation === 'CreateAlias') { this.aliases.push({ name: request.AliasName, where: region }); }
  }

  /** Deletes the aliases and schedules the keys for deletion. Answers what it could not. */
  public async remove(): Promise<string[]> {
    const failures: string[] = [];
    for (const { name, where } of this.aliases.splice(0)) { failures.push(...await removed(this.target, where, name)); }
    for (const { arn, where } of this.keys.splice(0).reverse()) { failures.push(...await removed(this.target, where, arn)); }
    return failures;
  }
}

/** Removes what earlier runs left in both Regions. Answers what it found, and of that what it could not remove. */
export async function cleanUp(target: Target): Promise<{ readonly found: string[]; readonly failures: string[] }> {
  const found: string[] = [];
  const failures: string[] = [];
  for (const where of ['other', undefined] as const) {
    const kms = target.client('administrator', where);
    for (const name of [...await markedAliases(kms), ...await markedKeys(kms)]) {
      found.push(name);
      failures.push(...await removed(target, where, name));
    }
  }
  return { found, failures };
}

async function removed(target: Target, where: Where, name: string): Promise<string[]> {
  const kms = target.client('administrator', where);
  try {
    await (name.startsWith('alias/') ? kms.deleteAlias({ AliasName: name }) : kms.scheduleKeyDeletion({ KeyId: name, PendingWindowInDays: WINDOW_DAYS }));
    return [];
  } catch (error) {
    const { name: exception, message } = error as Error;
    const isGone = exception === 'NotFoundException' || exception === 'KMSInvalidStateException'; // the case deleted it, or scheduled its deletion
    return isGone ? [] : [`${name}: ${exception}: ${message}`];
  }
}

async function markedAliases(kms: KMS): Promise<string[]> {
  const names: string[] = [];
  for (let Marker: string | undefined, more = true; more;) {
    const { Aliases = [], NextMarker, Truncated = false } = await kms.listAliases({ Marker });
    names.push(...Aliases.map(({ AliasName = '' }) => AliasName).filter((name) => name.startsWith(ALIAS_PREFIX)));
    [Marker, more] = [NextMarker, Truncated];
  }
  return names;
}

async function markedKeys(kms: KMS): Promise<string[]> {
  const arns: string[] = [];
  for (let Marker: string | undefined, more = true; more;) {
    const { Keys = [], NextMarker, Truncated = false } = await kms.listKeys({ Marker });
    for (const { KeyArn } of Keys) { if (await isMarked(kms, KeyArn!)) { arns.push(KeyArn!); } }
    [Marker, more] = [NextMarker, Truncated];
  }
  return arns;
}

async function isMarked(kms: KMS, KeyId: string): Promise<boolean> {
  const { Tags } = await kms.listResourceTags({ KeyId }).catch(() => ({ Tags: [] })); // a key that the administrator may not read is no run's
  const marked = Tags?.some(({ TagKey }) => TagKey === MARK) ?? false;
  if (!marked) { return false; }
  const { KeyMetadata } = await kms.describeKey({ KeyId });
  return KeyMetadata!.DeletionDate === undefined && KeyMetadata!.KeyState !== 'PendingReplicaDeletion';
}
