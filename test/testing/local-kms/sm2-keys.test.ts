import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { bytes, exceptionOf, newKey } from './scene';
import { LocalKms } from '../../../src/testing';
import { encodeSignature } from '../../../src/testing/local-kms/cryptography/elliptic-curve';
import { sm2Digest, sm2Verify } from '../../../src/testing/local-kms/cryptography/sm2';

describe('the signature of GB/T 32918.5, Appendix A.2', () => {
  const privateKey = createPrivateKey({
    key: Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420'
      + '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8a144034200'
      + '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020'
      + 'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13', 'hex'),
    format: 'der',
    type: 'pkcs8',
  });
  const digest = sm2Digest(privateKey, bytes('message digest'));
  const [r, s] = [
    0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n, 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan,
  ];

  it('is of the digest that stands there', () => {
    expect(digest.toString('hex')).toBe('f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640');
  });

  it('is valid, and no other', () => {
    expect(sm2Verify(privateKey, digest, encodeSignature(r, s))).toBe(true);
    for (const [otherR, otherS] of [[r + 1n, s], [r, s + 1n], [s, r], [r, 0n]] as const) {
      expect(sm2Verify(privateKey, digest, encodeSignature(otherR, otherS))).toBe(false);
    }
  });
});

describe('in China', () => {
  const root = new LocalKms({ region: 'cn-north-1' }).as('arn:aws-cn:iam::111122223333:root');
  const SigningAlgorithm = 'SM2DSA';
  const Message = bytes('order 1');
  const newPair = () => newKey(root, { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' });

  it('an SM2 key signs messages and their digests, and verifies them and no others', async () => {
    const KeyId = await newPair();
    const other = await newPair();
    for (let times = 0; times < 20; times += 1) {
      const { Signature } = await root.sign({ KeyId, Message, SigningAlgorithm });
      expect(await root.verify({ KeyId, Message, Signature, SigningAlgorithm })).toMatchObject({ SignatureValid: true, SigningAlgorithm });
      for (const request of [{ KeyId: other, Message }, { KeyId, Message: bytes('order 2') }]) {
        expect((await exceptionOf(root.verify({ ...request, Signature, SigningAlgorithm }))).name).toBe('KMSInvalidSignatureException');
      }
    }
    const digest = Uint8Array.from(createHash('sm3').update(Message).digest());
    const { Signature } = await root.sign({ KeyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm });
    await root.verify({ KeyId, Message: digest, MessageType: 'DIGEST', Signature, SigningAlgorithm });
    // A digest of the message alone leaves out whose it is.
    expect((await exceptionOf(root.verify({ KeyId, Message, Signature, SigningAlgorithm }))).name).toBe('KMSInvalidSignatureException');
  });

  it('an SM2 key says what it does', async () => {
    const { KeyMetadata } = await root.createKey({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' });
    expect(KeyMetadata).toMatchObject({ KeySpec: 'SM2', CustomerMasterKeySpec: 'SM2', SigningAlgorithms: ['SM2DSA'] });
  });

  it.each(['ENCRYPT_DECRYPT', 'KEY_AGREEMENT'] as const)('there are no SM2 keys for %s here', async (KeyUsage) => {
    expect(await exceptionOf(root.createKey({ KeySpec: 'SM2', KeyUsage }))).toEqual({
      name: 'UnsupportedOperationException', message: `LocalKms makes no SM2 keys for ${KeyUsage}.`,
    });
  });

  it('data key pairs may be of SM2', async () => {
    const pair = await root.generateDataKeyPair({ KeyId: await newKey(root), KeyPairSpec: 'SM2' });
    const privateKey = createPrivateKey({ key: Buffer.from(pair.PrivateKeyPlaintext), format: 'der', type: 'pkcs8' });
    expect(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })).toEqual(Buffer.from(pair.PublicKey));
  });
});
