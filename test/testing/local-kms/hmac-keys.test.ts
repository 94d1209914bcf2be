import { bytes, exceptionOf, newKey, ROOT } from './scene';
import { LocalKms } from '../../../src/testing';

const root = new LocalKms().as(ROOT);
const KeyUsage = 'GENERATE_VERIFY_MAC';
const Message = bytes('order 1');

describe.each([
  ['HMAC_224', 'HMAC_SHA_224', 28], ['HMAC_256', 'HMAC_SHA_256', 32], ['HMAC_384', 'HMAC_SHA_384', 48], ['HMAC_512', 'HMAC_SHA_512', 64],
] as const)('a key of %s', (KeySpec, MacAlgorithm, length) => {
  it('authenticates a message with its algorithm, and says so', async () => {
    const { KeyMetadata } = await root.createKey({ KeySpec, KeyUsage });
    expect(KeyMetadata).toMatchObject({ KeySpec, KeyUsage, MacAlgorithms: [MacAlgorithm] });
    const KeyId = KeyMetadata.Arn;
    const { Mac, ...answer } = await root.generateMac({ KeyId, Message, MacAlgorithm });
    expect(answer).toMatchObject({ KeyId, MacAlgorithm });
    expect(Mac).toHaveLength(length);
    expect((await root.generateMac({ KeyId, Message, MacAlgorithm })).Mac).toEqual(Mac);
    expect(await root.verifyMac({ KeyId, Message, Mac, MacAlgorithm })).toMatchObject({ KeyId, MacAlgorithm, MacValid: true });
  });

  it('refuses another message, another MAC and the MAC of another key', async () => {
    const KeyId = await newKey(root, { KeySpec, KeyUsage });
    const { Mac } = await root.generateMac({ KeyId, Message, MacAlgorithm });
    const { Mac: foreign } = await root.generateMac({ KeyId: await newKey(root, { KeySpec, KeyUsage }), Message, MacAlgorithm });
    const odd = [{ Message: bytes('order 2'), Mac }, { Message, Mac: Mac.slice(1) }, { Message, Mac: Mac.map((byte) => 255 - byte) }, { Message, Mac: foreign }];
    for (const request of odd) {
      const answer = await exceptionOf(root.verifyMac({ KeyId, MacAlgorithm, ...request }));
      expect(answer).toEqual({ name: 'KMSInvalidMacException', message: '' });
    }
  });

  it('takes no other algorithm and has no public key', async () => {
    const KeyId = await newKey(root, { KeySpec, KeyUsage });
    const other = MacAlgorithm === 'HMAC_SHA_224' ? 'HMAC_SHA_256' : 'HMAC_SHA_224';
    expect(await exceptionOf(root.generateMac({ KeyId, Message, MacAlgorithm: other }))).toEqual({
      name: 'InvalidKeyUsageException', message: `Algorithm ${other} is incompatible with key spec ${KeySpec}.`,
    });
    expect((await exceptionOf(root.getPublicKey({ KeyId }))).name).toBe('UnsupportedOperationException');
    expect((await exceptionOf(root.encrypt({ KeyId, Plaintext: Message }))).name).toBe('InvalidKeyUsageException');
  });
});
