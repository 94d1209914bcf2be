/** What ties a ciphertext to its purpose: pairs of text, not secret, the same on encryption and decryption, in any order. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The encryption context as bytes, the same for the same pairs and different for different ones: JSON, sorted by key, which escapes what is
 * no Unicode, so that two different texts never become the same bytes, however broken.
 */
export function canonicalEncryptionContext(context: EncryptionContext = {}): Buffer {
  const keys = Object.keys(context).sort();
  return Buffer.from(JSON.stringify(keys.map((key) => [key, context[key]])));
}
