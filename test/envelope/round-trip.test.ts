import { FakeKms, KEY_ARN, MATERIAL_ID, serviceError } from './fake-kms';
import { Clock } from '../../src/custom-resource/clock';
import { CustomResourceError } from '../../src/custom-resource/custom-resource-error';
import { DEFAULT_PAYLOAD_SIZES, PROBE_CONTEXT_KEY } from '../../src/envelope/contract';
import { proveRoundTrip } from '../../src/envelope/round-trip';

/** A clock on which waiting takes no time. */
function clock(seconds = 300): Clock {
  let now = 0;
  return {
    now: () => now,
    remaining: () => Math.max(0, seconds * 1000 - now),
    sleep: async (milliseconds) => { now += milliseconds; },
    signal: new AbortController().signal,
  };
}

// As CloudFormation sends them: values are strings.
const PROPERTIES = {
  KeyArn: KEY_ARN,
  EncryptionContext: { [PROBE_CONTEXT_KEY]: 'StackProof', tenant: 'context-value' },
  PayloadSizes: DEFAULT_PAYLOAD_SIZES.map(String),
  PropagationSeconds: '180',
};

const prove = (kms: FakeKms, time = clock()) => proveRoundTrip(kms, PROPERTIES, time);
const reasonOf = async (kms: FakeKms, time = clock()) => {
  const error = await prove(kms, time).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(CustomResourceError);
  expect(error.message).not.toMatch(/StackProof|context-value/);
  return error.message as string;
};

/** Denies as long as `when` holds. */
function denying(when: (operation: string, call: number, input: any) => boolean, name = 'AccessDeniedException'): FakeKms {
  const kms = new FakeKms();
  kms.before = (operation, call, input) => {
    if (when(operation, call, input)) throw serviceError(name, `User: arn:aws:sts::111122223333:assumed-role/Probe/x is not authorized to perform: kms:${operation}`);
  };
  return kms;
}

describe('A round trip', () => {
  it('proves every case and says what it proved', async () => {
    const evidence = await prove(new FakeKms());
    expect(evidence).toMatchObject({ Bytes: String(0 + 1 + 4096 + 4097 + 1048576), CasesPassed: '12', KeyMaterialId: MATERIAL_ID });
    expect(evidence.Algorithm).toContain('AES-256-GCM');
    expect(JSON.parse(evidence.Cases).map((one: { case: string }) => one.case)).toEqual([
      'The key is enabled, for symmetric encryption',
      'An envelope of 0 bytes opens to what was sealed',
      'An envelope of 1 byte opens to what was sealed',
      'An envelope of 4096 bytes opens to what was sealed',
      'An envelope of 4097 bytes opens to what was sealed',
      'An envelope of 1048576 bytes opens to what was sealed',
      'A data key for another encryption context is refused',
      'A tampered message is refused',
      'Encrypt takes 4096 bytes',
      'Encrypt refuses 4097 bytes',
      'A data key made without its plaintext opens',
      'ReEncrypt moves a ciphertext to another encryption context',
    ]);
    expect(Buffer.byteLength(JSON.stringify(evidence))).toBeLessThan(2000);
  });

  it('fits its evidence of the most payload sizes into an answer to CloudFormation', async () => {
    const PayloadSizes = Array.from({ length: 16 }, (_, index) => String(100_000 + index));
    const evidence = await proveRoundTrip(new FakeKms(), { ...PROPERTIES, PayloadSizes }, clock());
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(evidence)))).toBeLessThan(3000);
  });

  it('does nothing without the pairs that its role is confined to', async () => {
    const kms = new FakeKms();
    await prove(kms);
    const contexts = kms.calls.filter(({ operation }) => operation !== 'DescribeKey').flatMap(({ input }) =>
      'EncryptionContext' in input ? [input.EncryptionContext] : [input.SourceEncryptionContext, input.DestinationEncryptionContext]);
    expect(contexts.length).toBeGreaterThan(20);
    contexts.forEach((context) => expect(context).toMatchObject(PROPERTIES.EncryptionContext));
    kms.calls.forEach(({ input }) => expect([input.KeyId, input.SourceKeyId]).toContain(KEY_ARN));
  });

  it('leaves no data key in memory', async () => {
    const kms = new FakeKms();
    await prove(kms);
    const dataKeys = kms.plaintexts.slice(0, -3).filter(({ length }) => length === 32); // the last ones are no data keys
    expect(dataKeys.length).toBeGreaterThan(10);
    dataKeys.forEach((dataKey) => expect(dataKey.every((byte) => byte === 0)).toBe(true));
  });

  it('waits out permissions that have not spread yet', async () => {
    const time = clock();
    const evidence = await prove(denying((_, call) => call <= 6), time);
    expect(evidence.CasesPassed).toBe('12');
    expect(time.now()).toBeGreaterThan(10_000);
  });

  it('waits out a permission that flickers after it first worked', async () => {
    expect((await prove(denying((_, call) => call % 3 === 0))).CasesPassed).toBe('12');
  });

  it.each([
    ['DescribeKey', 'kms:DescribeKey', 'The key is enabled'],
    ['GenerateDataKey', 'kms:GenerateDataKey', 'An envelope of 0 bytes'],
    ['Decrypt', 'kms:Decrypt', 'An envelope of 0 bytes'],
    ['GenerateDataKeyWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext', 'A data key for another encryption context'],
    ['Encrypt', 'kms:Encrypt', 'Encrypt takes 4096 bytes'],
    ['ReEncrypt', 'kms:ReEncryptFrom and kms:ReEncryptTo', 'ReEncrypt moves'],
  ])('fails when %s stays denied, and names the case, the permission and the key', async (operation, action, begins) => {
    const time = clock();
    const reason = await reasonOf(denying((called) => called === operation), time);
    expect(reason).toContain(`Not proved: '${begins}`);
    expect(reason).toContain(`${action} on ${KEY_ARN} failed with AccessDeniedException, tried again for 1`);
    expect(reason).toContain('Let the role do this: in the key policy');
    expect(reason).toContain(`assumed-role/Probe/x is not authorized to perform: kms:${operation}`);
    expect(time.now()).toBeGreaterThan(165_000);
    expect(time.now()).toBeLessThanOrEqual(180_000);
  });

  it('does not take a missing permission for the refusal that a case expects', async () => {
    const isAnother = (operation: string, _: number, input: any) => operation === 'Decrypt' && Object.keys(input.EncryptionContext).length > 2;
    const reason = await reasonOf(denying(isAnother));
    expect(reason).toContain("Not proved: 'A data key for another encryption context is refused'");
    expect(reason).toContain('AccessDeniedException');
    expect(await reasonOf(denying((operation, _, input) => operation === 'Encrypt' && input.Plaintext.length === 4097))).toContain("'Encrypt refuses 4097 bytes'");
  });

  it.each([
    ['NotFoundException', 170, /See that the key exists/],
    ['KMSInvalidStateException', 170, /cancel its deletion/],
    ['ThrottlingException', 170, /higher request quota/],
    ['KMSInternalException', 170, /Deploy again/],
    ['TimeoutError', 170, /interface endpoint/],
    ['DisabledException', 170, /Enable the key/],
    ['InvalidKeyUsageException', 0, /SYMMETRIC_DEFAULT/],
    ['UnrecognizedClientException', 170, /does not know the credentials of the role yet/],
    ['CredentialsProviderError', 0, /Give the function an execution role/],
    ['UnknownOperationException', 0, /AWS KMS API Reference/],
  ])('fails on %s after about %i seconds and says what to do', async (name, seconds, remedy) => {
    const time = clock();
    const reason = await reasonOf(denying((operation) => operation === 'GenerateDataKey', name), time);
    expect(reason).toMatch(remedy);
    expect(time.now() / 1000).toBeGreaterThanOrEqual(seconds - 10);
    expect(time.now() / 1000).toBeLessThanOrEqual(seconds + 10);
  });

  it('takes a connection that fails for what passes by itself', async () => {
    const kms = new FakeKms();
    const failures = [
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      Object.assign(new AggregateError([], 'two addresses'), { code: 'ECONNREFUSED' }),
      Object.assign(new Error(), { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }),
      Object.assign(new Error(), { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } }),
      Object.assign(new Error(), { name: 'SlowDown', $retryable: { throttling: true } }),
    ];
    const count = failures.length;
    kms.before = () => { const failure = failures.shift(); if (failure) throw failure; };
    expect((await prove(kms)).CasesPassed).toBe('12');
    expect(kms.calls.slice(0, count + 1).map(({ operation }) => operation)).toEqual(new Array(count + 1).fill('DescribeKey'));
  });

  it('says of a connection that stays broken what it is', async () => {
    const kms = new FakeKms();
    kms.before = () => { throw Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }); };
    expect(await reasonOf(kms)).toMatch(/kms:DescribeKey on .* failed with ECONNREFUSED, tried again for .*interface endpoint/);
  });

  it.each(['Creating', 'Disabled'])('waits out that the key is %s', async (state) => {
    const kms = new FakeKms();
    kms.keyState = state;
    kms.before = (_, call) => { if (call === 5) kms.keyState = 'Enabled'; };
    expect((await prove(kms)).CasesPassed).toBe('12');
  });

  it('proves a key that is Updating, which encrypts', async () => {
    const kms = new FakeKms();
    kms.keyState = 'Updating';
    expect((await prove(kms)).CasesPassed).toBe('12');
  });

  it('tells its clock what it is doing', async () => {
    const time = clock();
    await prove(new FakeKms(), time);
    expect(time.doing).toBe(`kms:Decrypt on ${KEY_ARN}`);
  });

  it.each([
    ['0', 0, 0],
    ['20', 10, 20],
    ['900', 165, 180],
  ])('waits no longer than an environment where nothing has to spread allows: %s seconds', async (most, least, seconds) => {
    process.env['CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS'] = most;
    const time = clock();
    try {
      expect(await reasonOf(denying(() => true), time)).toContain('kms:DescribeKey');
      expect((await prove(new FakeKms())).CasesPassed).toBe('12');
    } finally {
      delete process.env['CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS'];
    }
    expect(time.now() / 1000).toBeGreaterThanOrEqual(least);
    expect(time.now() / 1000).toBeLessThanOrEqual(seconds);
  });

  it('stops waiting while there is time to say why', async () => {
    const time = clock(20);
    expect(await reasonOf(denying(() => true), time)).toContain('kms:DescribeKey');
    expect(time.remaining()).toBeGreaterThan(0);
  });

  it('shows no message of AWS KMS but that of a denial', async () => {
    const kms = new FakeKms();
    kms.before = () => { throw serviceError('ValidationException', 'the value context-value is wrong'); };
    expect(await reasonOf(kms)).toContain('kms:DescribeKey');
  });
});

describe('A round trip fails when the key', () => {
  /** A key with one fault. */
  function faulty(fault: (kms: FakeKms) => void): FakeKms {
    const kms = new FakeKms();
    fault(kms);
    return kms;
  }

  it.each([
    ['stays new', faulty((kms) => { kms.keyState = 'Creating'; }), /KeyState Creating, tried again for 1\d\d s\. Deploy again when the key is Enabled/],
    ['is disabled', faulty((kms) => { kms.keyState = 'Disabled'; }), /KeyState Disabled, tried again for 1\d\d s\. Enable the key/],
    ['is about to be deleted', faulty((kms) => { kms.keyState = 'PendingDeletion'; }), /KeyState PendingDeletion\. Cancel the deletion/],
    ['has no material', faulty((kms) => { kms.keyState = 'PendingImport'; }), /KeyState PendingImport\. Import the key material/],
    ['has lost its key store', faulty((kms) => { kms.keyState = 'Unavailable'; }), /KeyState Unavailable\. Connect the custom key store/],
    ['is in a state nobody knows', faulty((kms) => { kms.keyState = 'Dreaming'; }), /KeyState Dreaming\. See the errors/],
    ['is of another kind', faulty((kms) => { kms.keySpec = 'RSA_2048'; }), /KeySpec RSA_2048/],
    ['opens a data key for any context', faulty((kms) => {
      const decrypt = kms.decrypt.bind(kms);
      kms.decrypt = (input) => decrypt({ ...input, EncryptionContext: PROPERTIES.EncryptionContext });
    }), /opened a data key with another encryption context/],
    ['takes more than it may', faulty((kms) => {
      const encrypt = kms.encrypt.bind(kms);
      kms.encrypt = (input) => encrypt({ ...input, Plaintext: input.Plaintext.subarray(0, 4096) });
    }), /kms:Encrypt took 4097 bytes/],
    ['decrypts to something else', faulty((kms) => {
      const decrypt = kms.decrypt.bind(kms);
      kms.decrypt = async (input) => { const answer = await decrypt(input); answer.Plaintext.fill(0); return answer; };
    }), /An envelope of 0 bytes.*TamperedMessageError/],
    ['answers without bytes', faulty((kms) => {
      kms.encrypt = async () => ({}) as never;
    }), /Encrypt takes 4096 bytes.*without the bytes/],
    ['leaves the context as it was on ReEncrypt', faulty((kms) => {
      const reEncrypt = kms.reEncrypt.bind(kms);
      kms.reEncrypt = (input) => reEncrypt({ ...input, DestinationEncryptionContext: input.SourceEncryptionContext! });
    }), /ReEncrypt moves.*InvalidCiphertextException/],
  ])('%s', async (_, kms, reason) => {
    expect(await reasonOf(kms)).toMatch(reason);
  });
});
