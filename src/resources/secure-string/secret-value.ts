import { SecretSettings } from './contract';
import { SecretStore } from './stores';
import { CustomResourceError } from '../../custom-resource/custom-resource-error';

/** Reads a secret, or one field of a secret that holds a JSON object. Errors name the field and never what the secret holds. */
export async function secretValue(secrets: SecretStore, { SecretId, JsonField, VersionId }: SecretSettings): Promise<string> {
  const { SecretString } = await secrets.getSecretValue({ SecretId, VersionId });
  if (SecretString === undefined) throw new CustomResourceError(`Secret ${SecretId} holds bytes; a parameter holds text. Store it as a SecretString.`);
  if (JsonField === undefined) return SecretString;
  const field = fieldOf(SecretString, JsonField);
  if (typeof field === 'string' && field.length > 0) return field;
  throw new CustomResourceError(`Secret ${SecretId} has no text in the JSON field '${JsonField}'. Name a field that holds a text, or none for the whole secret.`);
}

function fieldOf(json: string, name: string): unknown {
  try {
    const value = JSON.parse(json) as Record<string, unknown> | null;
    return value !== null && Object.hasOwn(value, name) ? value[name] : undefined;
  } catch {
    return undefined; // the parser's message quotes what it read
  }
}
