import { constants, createPublicKey, publicEncrypt } from 'node:crypto';

/** Earlier answers, callers and the like, by the names that cases know them by. */
export type Scope = Readonly<Record<string, unknown>>;

const DAY = 24 * 60 * 60 * 1000;
const ADMINISTRATION = { Principal: { AWS: '${administrator.arn}' }, Action: 'kms:*' };

/** What JSON cannot say, as `{ "$name": argument }`. */
const FUNCTIONS: Readonly<Record<string, (argument: any, scope: Scope) => unknown>> = {
  /** The bytes of a text. */
  $text: (text: string) => Uint8Array.from(Buffer.from(text)),
  /** So many bytes. */
  $bytes: (length: number) => new Uint8Array(length).fill(7),
  /** So many letters. */
  $letters: (length: number) => 'x'.repeat(length),
  /** A text of JSON. */
  $json: (value: unknown) => JSON.stringify(value),
  /** A key policy that lets the administrator do everything, so that no case locks a key up, and these statements. */
  $policy: (statements: object[], scope) => JSON.stringify({
    Version: '2012-10-17',
    Statement: [valueOf(ADMINISTRATION, scope) as object, ...statements].map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  }),
  /** The date so many days from now. */
  $inDays: (days: number, { now }) => new Date((now as Date).getTime() + days * DAY),
  /** The bytes with the last one changed. */
  $damaged: (bytes: Uint8Array) => Uint8Array.from([...bytes.slice(0, -1), (bytes.at(-1)! + 1) % 256]),
  /** A message encrypted outside with a public key, as anybody can and as key material is wrapped for its import. */
  $encryptedOutside: ({ publicKey, message }: { publicKey: Uint8Array; message: Uint8Array }) => Uint8Array.from(publicEncrypt({
    key: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256',
  }, message)),
};

/** A value of a case with its references and functions replaced. */
export function valueOf(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') { return textOf(value, scope); }
  if (Array.isArray(value)) { return value.map((member) => valueOf(member, scope)); }
  if (typeof value !== 'object' || value === null) { return value; }
  const members = Object.entries(value).map(([name, member]) => [textOf(name, scope), valueOf(member, scope)] as const);
  const [name, argument] = members[0] ?? [];
  const applied = members.length === 1 ? FUNCTIONS[name as string] : undefined;
  return applied ? applied(argument, scope) : Object.fromEntries(members);
}

/** A text that is one reference becomes what that refers to, of whatever type; others have theirs written in. */
function textOf(text: string, scope: Scope): unknown {
  const whole = /^\$\{([^}]+)\}$/.exec(text)?.[1];
  if (whole) { return referredTo(whole, scope); }
  return text.replace(/\$\{([^}]+)\}/g, (_, path: string) => String(referredTo(path, scope)));
}

function referredTo(path: string, scope: Scope): unknown {
  const found = path.split('.').reduce<unknown>((value, member) => (value as Scope | undefined)?.[member], scope);
  if (found === undefined) { throw new Error(`\${${path}} refers to nothing: there are ${Object.keys(scope).join(', ')}.`); }
  return found;
}
