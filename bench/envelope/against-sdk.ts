import { buildClient, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node';
import { CIPHERTEXT, DATA_KEY, dataKeys, FRAME, KEY_ARN, plaintextOf, sealedBy, through } from './data';
import { speedup } from './paired';
import { print } from './print';
import { Envelope } from '../../src/envelope/engine';

const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const TUNED = { suiteId: 0x0478, frameLength: FRAME };
const short = plaintextOf(4.5); // the SDK takes its time
const small = short[0]!;

/** The owner of keys of `data.ts` for the AWS Encryption SDK. */
const keyring = new KmsKeyringNode({
  generatorKeyId: KEY_ARN,
  clientProvider: () => ({
    generateDataKey: async () => ({ Plaintext: Buffer.from(DATA_KEY), CiphertextBlob: CIPHERTEXT, KeyId: KEY_ARN }),
    decrypt: async () => ({ Plaintext: Buffer.from(DATA_KEY), KeyId: KEY_ARN }),
  }) as never,
});

async function main(): Promise<void> {
  const seal = () => through(Envelope.sealStream({ dataKeys }), short);
  for (const [name, options, gates] of [['at its defaults', {}, ['>= 8', '>= 12']], ['tuned', TUNED, ['>= 1.8', '>= 1.8']]] as const) {
    const theirs = () => sdk.encryptStream(keyring, options) as unknown as NodeJS.ReadWriteStream;
    const message = await sealedBy(theirs(), short);
    const mine = await sealedBy(Envelope.sealStream({ dataKeys }), short);
    const open = () => through(Envelope.openStream({ dataKeys }), mine);
    print(`sealStream / AWS Encryption SDK ${name}`, await speedup(() => through(theirs(), short), seal), gates[0]);
    print(`openStream / AWS Encryption SDK ${name}`,
      await speedup(() => through(sdk.decryptStream(keyring) as unknown as NodeJS.ReadWriteStream, message), open), gates[1]);
  }
  const often = (work: () => Promise<unknown>) => async () => { for (let time = 0; time < 20; time++) await work(); };
  print('seal 64 KiB / AWS Encryption SDK at its defaults',
    await speedup(often(() => sdk.encrypt(keyring, small)), often(() => Envelope.seal(small, { dataKeys }))), '>= 15');
}

void main();
