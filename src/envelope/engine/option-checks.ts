import { types } from 'node:util';
import { EnvelopeOptionError } from './errors';

/*
 * What the compiler checks for TypeScript, and nobody for JavaScript. What was given is told by its type alone: it may be the secret itself.
 */

/** `types`, because bytes of another realm are no `instanceof Uint8Array`. */
export function requireBytes(option: string, given: unknown, remedy: string): void {
  if (types.isUint8Array(given)) return;
  throw new EnvelopeOptionError(`'${option}' is of type ${typeNameOf(given)}; bytes are a Buffer or another Uint8Array. ${remedy}`);
}

export function requireText(option: string, given: unknown, remedy: string): void {
  if (typeof given === 'string' && given !== '') return;
  const found = given === '' ? 'empty' : `of type ${typeNameOf(given)}`;
  throw new EnvelopeOptionError(`'${option}' is ${found}; it is a string of one character or more. ${remedy}`);
}

export function requireMethods(option: string, given: unknown, methods: readonly string[], remedy: string): void {
  const missing = methods.filter((method) => typeof (given as Record<string, unknown> | null | undefined)?.[method] !== 'function');
  if (missing.length === 0) return;
  const named = (names: readonly string[]) => names.map((name) => `${name}()`).join(' and ');
  throw new EnvelopeOptionError(`'${option}' is of type ${typeNameOf(given)}, which lacks ${named(missing)}; it takes an object with ${named(methods)}. ${remedy}`);
}

export function requireWhole(option: string, given: unknown, least: number, most: number): void {
  if (Number.isInteger(given) && (given as number) >= least && (given as number) <= most) return;
  const found = typeof given === 'number' ? given : `of type ${typeNameOf(given)}`;
  throw new EnvelopeOptionError(`'${option}' is ${found}; it is a whole number from ${least} to ${most}.`);
}

export const AGGREGATED_CLIENT = "Give the aggregated client, new KMS() of '@aws-sdk/client-kms'.";

/** A key of AWS KMS, and a client with these methods to reach it. */
export function requireKmsKey(props: { readonly client: unknown; readonly keyId: unknown } | undefined, methods: readonly string[]): void {
  requireMethods('client', props?.client, methods, AGGREGATED_CLIENT);
  requireText('keyId', props?.keyId, "Give the key's ARN or id, or an alias.");
}

/** Data keys that do what they are asked here, in the options of `Envelope`. */
export function requireDataKeys(options: { readonly dataKeys: unknown } | undefined, method: string): void {
  requireMethods('dataKeys', options?.dataKeys, [method], 'Give { dataKeys: new KmsDataKeys({ client, keyId }) } as the options.');
}

/** Of its class where it has one. A property `constructor` of its own is content, and not read. */
export function typeNameOf(given: unknown): string {
  if (given === null) return 'null';
  if (typeof given !== 'object') return typeof given;
  return (Object.getPrototypeOf(given) as object | null)?.constructor?.name ?? 'object';
}
