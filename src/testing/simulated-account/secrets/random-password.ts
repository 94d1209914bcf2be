import { randomInt } from 'node:crypto';

/** AWS CloudFormation Template Reference, AWS::SecretsManager::Secret GenerateSecretString; its values may be texts. */
export interface PasswordSettings {
  readonly PasswordLength?: number | string;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean | string;
  readonly ExcludeNumbers?: boolean | string;
  readonly ExcludePunctuation?: boolean | string;
  readonly ExcludeUppercase?: boolean | string;
  readonly IncludeSpace?: boolean | string;
  readonly RequireEachIncludedType?: boolean | string;
}

const DEFAULT_LENGTH = 32;

/** AWS Secrets Manager API Reference, GetRandomPassword. */
const TYPES: ReadonlyArray<readonly [characters: string, isExcluded: (settings: PasswordSettings) => boolean]> = [
  ['abcdefghijklmnopqrstuvwxyz', ({ ExcludeLowercase }) => isTrue(ExcludeLowercase)],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', ({ ExcludeUppercase }) => isTrue(ExcludeUppercase)],
  ['0123456789', ({ ExcludeNumbers }) => isTrue(ExcludeNumbers)],
  ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', ({ ExcludePunctuation }) => isTrue(ExcludePunctuation)],
  [' ', ({ IncludeSpace }) => !isTrue(IncludeSpace)],
];

export function randomPassword(settings: PasswordSettings): string {
  const length = Number(settings.PasswordLength ?? DEFAULT_LENGTH);
  const types = TYPES.filter(([, isExcluded]) => !isExcluded(settings))
    .map(([characters]) => [...characters].filter((character) => !settings.ExcludeCharacters?.includes(character)))
    .filter((characters) => characters.length > 0);
  const all = types.flat();
  const needed = String(settings.RequireEachIncludedType ?? true) === 'true' ? types : [];
  if (all.length === 0 || !(length >= Math.max(1, needed.length))) {
    throw new Error(`No password of ${length} characters can be made of what is not excluded. Exclude less, or make it longer.`);
  }
  const characters = [...needed, ...Array.from({ length: length - needed.length }, () => all)].map(oneOf);
  return shuffled(characters).join('');
}

function oneOf(characters: readonly string[]): string {
  return characters[randomInt(characters.length)]!;
}

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other]!, characters[last]!];
  }
  return characters;
}

function isTrue(value: unknown): boolean {
  return String(value) === 'true';
}
