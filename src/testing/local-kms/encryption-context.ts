/** What ties a ciphertext to its purpose: pairs of text, not secret, the same on encryption and decryption, in any order. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The encryption context as bytes, the same for the same pairs and different for different ones: sorted by key, each text with its length.
 *
 * Texts are UTF-16, JavaScript's own, so that two different texts never become the same bytes, however broken.
 */
export function canonicalEncryptionContext(context: EncryptionContext = {}): Buffer {
  const keys = Object.keys(context).sort();
  return Buffer.concat(keys.flatMap((key) => [...lengthPrefixed(key), ...lengthPrefixed(context[key]!)]));
}

function lengthPrefixed(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'utf16le');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
