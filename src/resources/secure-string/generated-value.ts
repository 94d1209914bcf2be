import { randomInt } from 'node:crypto';
import { GeneratedSettings } from './contract';

/**
 * The types of characters of AWS Secrets Manager's GetRandomPassword, but for `{`: Parameter Store refuses values with double braces
 * (AWS Systems Manager API Reference, PutParameter).
 */
const CHARACTER_TYPES: readonly { readonly characters: string; readonly included: (settings: GeneratedSettings) => boolean }[] = [
  { characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', included: ({ ExcludeUppercase }) => ExcludeUppercase !== 'true' },
  { characters: 'abcdefghijklmnopqrstuvwxyz', included: ({ ExcludeLowercase }) => ExcludeLowercase !== 'true' },
  { characters: '0123456789', included: ({ ExcludeNumbers }) => ExcludeNumbers !== 'true' },
  { characters: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`|}~', included: ({ ExcludePunctuation }) => ExcludePunctuation !== 'true' },
  { characters: ' ', included: ({ IncludeSpace }) => IncludeSpace === 'true' },
];

/** The characters that a value may be made of, by type; a type of which nothing is left is out. */
export function characterTypes(settings: GeneratedSettings): string[] {
  const allowed = (character: string) => !settings.ExcludeCharacters?.includes(character);
  return CHARACTER_TYPES
    .filter(({ included }) => included(settings))
    .map(({ characters }) => [...characters].filter(allowed).join(''))
    .filter((characters) => characters.length > 0);
}

/**
 * A random value: every one that fits the settings is as likely as any other.
 *
 * That is why a value that lacks a type is thrown away as a whole, not mended. `randomInt` has no modulo bias.
 */
export function generatedValue(settings: GeneratedSettings): string {
  const types = characterTypes(settings);
  const alphabet = types.join('');
  const required = settings.RequireEachIncludedType === 'false' ? [] : types;
  for (;;) {
    const characters = Array.from({ length: Number(settings.PasswordLength) }, () => alphabet[randomInt(alphabet.length)]!);
    if (required.every((type) => characters.some((character) => type.includes(character)))) return characters.join('');
  }
}
