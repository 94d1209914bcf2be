/** A key policy may be this many bytes (AWS KMS Developer Guide, Resource quotas). Not adjustable. */
export const KEY_POLICY_MAX_BYTES = 32_768;

/** The days that AWS KMS accepts between two rotations (API Reference, EnableKeyRotation). */
export const ROTATION_PERIOD_DAYS = { min: 90, max: 2560 };

/** The days that AWS KMS accepts between a scheduled deletion and the deletion (API Reference, ScheduleKeyDeletion). */
export const PENDING_WINDOW_DAYS = { min: 7, max: 30 };

/** What an alias may look like (API Reference, CreateAlias). */
export const ALIAS_NAME = /^alias\/[a-zA-Z0-9:/_-]{1,250}$/;

// Printable ASCII, Latin-1 up to U+00FF, tab, line feed, carriage return (API Reference, PutKeyPolicy).
const REFUSED_CHARACTER = /[^\t\n\r\u0020-\u00FF]/u;

/**
 * The size of a key policy in bytes, once CloudFormation has filled in what is not known at synth.
 *
 * AWS KMS counts the document as CloudFormation sends it: without white space.
 */
export function keyPolicyBytes(policy: unknown): number {
  return Buffer.byteLength(JSON.stringify(withIntrinsicsFilledIn(policy)), 'utf8');
}

/** The first character of a key policy that AWS KMS refuses, and the text around it. */
export function refusedCharacter(policy: unknown): { character: string; text: string } | undefined {
  for (const text of textsOf(policy)) {
    const match = REFUSED_CHARACTER.exec(text);
    if (match) { return { character: match[0], text }; }
  }
  return undefined;
}

// The longest value each pseudo parameter can have today; a reference to a resource stands for a role ARN of middling length.
const FILLED_IN: Record<string, string> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-northeast-1',
  'AWS::URLSuffix': 'amazonaws.com.cn',
};
const REFERENCE = 'x'.repeat(64);

function withIntrinsicsFilledIn(value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(withIntrinsicsFilledIn); }
  if (typeof value !== 'object' || value === null) { return value; }
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name === 'Ref') { return FILLED_IN[String(argument)] ?? REFERENCE; }
  if (entries.length === 1 && name === 'Fn::Join') { return joined(argument as [string, unknown[]]); }
  if (entries.length === 1 && name?.startsWith('Fn::')) { return REFERENCE; }
  return Object.fromEntries(entries.map(([key, inner]) => [key, withIntrinsicsFilledIn(inner)]));
}

function joined([separator, parts]: [string, unknown[]]): string {
  return Array.isArray(parts) ? parts.map((part) => String(withIntrinsicsFilledIn(part))).join(separator) : REFERENCE;
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') { yield value; }
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) { yield key; yield* textsOf(inner); }
  }
}
