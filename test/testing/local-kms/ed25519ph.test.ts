import { createPrivateKey } from 'node:crypto';
import { exceptionOf, newKey, ROOT } from './scene';
import { LocalKms } from '../../../src/testing';
import { ed25519phSign } from '../../../src/testing/local-kms/cryptography/ed25519ph';

const PKCS8 = '302e020100300506032b657004220420'; // RFC 8410: what comes before the seed of an Ed25519 key

it('signs as RFC 8032, Section 7.3, has it', () => {
  const seed = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42';
  const privateKey = createPrivateKey({ key: Buffer.from(PKCS8 + seed, 'hex'), format: 'der', type: 'pkcs8' });
  expect(ed25519phSign(privateKey, Buffer.from('abc')).toString('hex')).toBe(
    '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41'
    + '31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
  );
});

describe('ED25519_PH_SHA_512', () => {
  const root = new LocalKms().as(ROOT);
  const SigningAlgorithm = 'ED25519_PH_SHA_512';
  const MessageType = 'DIGEST';
  const Message = new Uint8Array(64).fill(7);
  const newPair = () => newKey(root, { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });

  it('signs a digest, and verifies this signature and no other', async () => {
    const KeyId = await newPair();
    const { Signature } = await root.sign({ KeyId, Message, MessageType, SigningAlgorithm });
    expect(await root.verify({ KeyId, Message, MessageType, Signature, SigningAlgorithm })).toMatchObject({ SignatureValid: true });
    const plain = await root.sign({ KeyId, Message, SigningAlgorithm: 'ED25519_SHA_512' });
    const others = [
      { KeyId, Message: Message.map(() => 8), Signature },
      { KeyId: await newPair(), Message, Signature },
      { KeyId, Message, Signature: plain.Signature },
      // eslint-disable-next-line no-bitwise -- it is a bit that is flipped
      ...[0, 31, 32, 63].map((at) => ({ KeyId, Message, Signature: Signature.map((byte, i) => i === at ? byte ^ 1 : byte) })),
      { KeyId, Message, Signature: Signature.slice(1) },
    ];
    for (const other of others) {
      const answer = await exceptionOf(root.verify({ ...other, MessageType, SigningAlgorithm }));
      expect(answer).toEqual({ name: 'KMSInvalidSignatureException', message: '' });
    }
  });

  it('takes digests of SHA-512 only', async () => {
    const KeyId = await newPair();
    expect(await exceptionOf(root.sign({ KeyId, Message, SigningAlgorithm }))).toEqual({
      name: 'ValidationException', message: 'MessageType RAW is not valid for algorithm ED25519_PH_SHA_512; it takes DIGEST.',
    });
    expect(await exceptionOf(root.sign({ KeyId, Message: Message.slice(1), MessageType, SigningAlgorithm }))).toEqual({
      name: 'ValidationException', message: 'Digest is invalid length for algorithm ED25519_PH_SHA_512.',
    });
  });
});
