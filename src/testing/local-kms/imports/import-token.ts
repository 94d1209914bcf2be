import { createPrivateKey, type KeyObject } from 'node:crypto';
import { KmsException } from '../exceptions';
import type { WrappingAlgorithm } from './key-wrapping';
import type { TokenSeal } from '../cryptography/token-seal';

/** What GetParametersForImport and ImportKeyMaterial agree on. */
export interface ImportParameters {
  readonly algorithm: WrappingAlgorithm;
  readonly privateKey: KeyObject;
  readonly validTo: Date;
}

/** An import token: the parameters themselves, for one KMS key. */
export function newImportToken(seal: TokenSeal, keyArn: string, { algorithm, privateKey, validTo }: ImportParameters): Uint8Array {
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  return Uint8Array.from(seal.seal(purposeOf(keyArn), JSON.stringify({ algorithm, pkcs8, validTo: validTo.getTime() })));
}

/** @throws `InvalidImportTokenException` when it is not one for this key; `ExpiredImportTokenException` */
export function readImportToken(seal: TokenSeal, keyArn: string, token: Uint8Array, now: Date): ImportParameters {
  const content = seal.open(purposeOf(keyArn), token);
  if (content === undefined) { throw new KmsException('InvalidImportTokenException'); }
  const { algorithm, pkcs8, validTo } = JSON.parse(content);
  if (validTo <= now.getTime()) { throw new KmsException('ExpiredImportTokenException'); }
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), type: 'pkcs8', format: 'der' });
  return { algorithm, privateKey, validTo: new Date(validTo) };
}

function purposeOf(keyArn: string): string {
  return `import ${keyArn}`;
}
