import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { required, unsupported } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { operation } from '../operation';
import { BooleanType, GrantTokenList, KeyAgreementAlgorithmSpec, KeyIdType, PublicKeyType, RecipientInfo } from '../service-model';

/** The x coordinate of the common point, raw. @see AWS KMS API Reference, DeriveSharedSecret */
export const deriveSharedSecret = operation({
  KeyId: required(KeyIdType),
  KeyAgreementAlgorithm: required(KeyAgreementAlgorithmSpec),
  PublicKey: required(PublicKeyType),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
  Recipient: unsupported(RecipientInfo, 'LocalKms attests no Nitro Enclaves.'),
}, (request, call) => {
  const key = call.key(request);
  const privateKey = key.currentMaterial!.secret;
  const SharedSecret = Uint8Array.from(diffieHellman({ privateKey, publicKey: peerKey(request.PublicKey, privateKey) }));
  return { KeyId: key.arn, SharedSecret, KeyAgreementAlgorithm: request.KeyAgreementAlgorithm, KeyOrigin: key.origin };
});

function peerKey(spki: Uint8Array, privateKey: KeyObject): KeyObject {
  const publicKey = readable(spki);
  if (publicKey?.asymmetricKeyDetails?.namedCurve === privateKey.asymmetricKeyDetails!.namedCurve) { return publicKey!; }
  throw new KmsException('ValidationException', 'The public key is not a DER-encoded SubjectPublicKeyInfo on the curve of the KMS key.');
}

function readable(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
