import { allowed, bytes, CONTEXT, exceptionOf, READER, scene, sceneOf, type Scene } from './scene';
import type { KmsClient } from '../../../src/testing';

// AWS KMS Developer Guide, AWS KMS condition keys
describe('condition keys of single operations', () => {
  const attempt = async (action: string, condition: object, use: (as: KmsClient, at: Scene) => Promise<unknown>) => {
    const at = await (['Sign', 'GenerateMac', 'DeriveSharedSecret'].includes(action) ? sceneOf(action as 'Sign') : scene());
    await at.root.tagResource({ KeyId: at.keyArn, Tags: [{ TagKey: 'team', TagValue: 'orders' }] });
    return (await exceptionOf(use(at.kms.as(allowed(READER, [action, 'PutKeyPolicy', 'ReEncryptTo'], condition)), at))).name ?? 'allowed';
  };

  it.each<[string, object, Parameters<typeof attempt>[2], string]>([
    ['Encrypt', { StringEquals: { 'kms:RequestAlias': 'alias/present' } }, (as) => as.encrypt({ KeyId: 'alias/present', Plaintext: bytes('x') }), 'allowed'],
    ['Encrypt', { StringEquals: { 'kms:RequestAlias': 'alias/present' } }, (as, { keyArn: KeyId }) => as.encrypt({ KeyId, Plaintext: bytes('x') }), 'AccessDeniedException'],
    ['Encrypt', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/present' } }, (as, { keyArn: KeyId }) => as.encrypt({ KeyId, Plaintext: bytes('x') }), 'allowed'],
    ['Encrypt', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/present' } }, (as, { otherKeyArn: KeyId }) => as.encrypt({ KeyId, Plaintext: bytes('x') }), 'AccessDeniedException'],
    ['Encrypt', { StringEquals: { 'aws:ResourceTag/team': 'orders' } }, (as, { keyArn: KeyId }) => as.encrypt({ KeyId, Plaintext: bytes('x') }), 'allowed'],
    ['Encrypt', { StringEquals: { 'aws:ResourceTag/team': 'billing' } }, (as, { keyArn: KeyId }) => as.encrypt({ KeyId, Plaintext: bytes('x') }), 'AccessDeniedException'],
    ['ReEncryptFrom', { Bool: { 'kms:ReEncryptOnSameKey': 'true' } }, (as, { keyArn, ciphertext }) => as.reEncrypt({ CiphertextBlob: ciphertext, SourceEncryptionContext: CONTEXT, DestinationKeyId: keyArn }), 'allowed'],
    ['ReEncryptFrom', { Bool: { 'kms:ReEncryptOnSameKey': 'true' } }, (as, { otherKeyArn, ciphertext }) => as.reEncrypt({ CiphertextBlob: ciphertext, SourceEncryptionContext: CONTEXT, DestinationKeyId: otherKeyArn }), 'AccessDeniedException'],
    ['GenerateDataKeyPair', { StringEquals: { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' } }, (as, { keyArn: KeyId }) => as.generateDataKeyPair({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }), 'allowed'],
    ['GenerateDataKeyPair', { StringEquals: { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' } }, (as, { keyArn: KeyId }) => as.generateDataKeyPair({ KeyId, KeyPairSpec: 'ECC_NIST_P384' }), 'AccessDeniedException'],
    ['GenerateDataKeyPair', { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }, (as, { keyArn: KeyId }) => as.generateDataKeyPair({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }), 'allowed'],
    ['Sign', { StringEquals: { 'kms:MessageType': 'RAW', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } }, (as, { keyArn: KeyId }) => as.sign({ KeyId, Message: bytes('x'), SigningAlgorithm: 'ECDSA_SHA_256' }), 'allowed'],
    ['Sign', { StringEquals: { 'kms:MessageType': 'DIGEST' } }, (as, { keyArn: KeyId }) => as.sign({ KeyId, Message: bytes('x'), SigningAlgorithm: 'ECDSA_SHA_256' }), 'AccessDeniedException'],
    ['GenerateMac', { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } }, (as, { keyArn: KeyId }) => as.generateMac({ KeyId, Message: bytes('x'), MacAlgorithm: 'HMAC_SHA_256' }), 'allowed'],
    ['GenerateMac', { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_512' } }, (as, { keyArn: KeyId }) => as.generateMac({ KeyId, Message: bytes('x'), MacAlgorithm: 'HMAC_SHA_256' }), 'AccessDeniedException'],
    ['DeriveSharedSecret', { StringEquals: { 'kms:KeyAgreementAlgorithm': 'ECDH' } }, (as, { keyArn: KeyId, proof: PublicKey }) => as.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }), 'allowed'],
    ['ScheduleKeyDeletion', { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } }, (as, { keyArn: KeyId }) => as.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 30 }), 'allowed'],
    ['ScheduleKeyDeletion', { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } }, (as, { keyArn: KeyId }) => as.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }), 'AccessDeniedException'],
    ['ScheduleKeyDeletion', { Null: { 'kms:ScheduleKeyDeletionPendingWindowInDays': 'true' } }, (as, { keyArn: KeyId }) => as.scheduleKeyDeletion({ KeyId }), 'allowed'],
    ['DisableKey', { NumericGreaterThan: { 'kms:TrailingDaysWithoutKeyUsage': '90' } }, (as, { keyArn: KeyId }) => as.disableKey({ KeyId }), 'AccessDeniedException'],
    ['DisableKey', { NumericEquals: { 'kms:TrailingDaysWithoutKeyUsage': '0' } }, (as, { keyArn: KeyId }) => as.disableKey({ KeyId }), 'allowed'],
    ['EnableKeyRotation', { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '365' } }, (as, { keyArn: KeyId }) => as.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 }), 'allowed'],
    ['EnableKeyRotation', { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '365' } }, (as, { keyArn: KeyId }) => as.enableKeyRotation({ KeyId, RotationPeriodInDays: 730 }), 'AccessDeniedException'],
    ['GetKeyPolicy', { StringEquals: { 'kms:PolicyName': 'default' } }, (as, { keyArn: KeyId }) => as.getKeyPolicy({ KeyId }), 'allowed'],
    ['TagResource', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, (as, { keyArn: KeyId }) => as.tagResource({ KeyId, Tags: [{ TagKey: 'cost', TagValue: '1' }] }), 'AccessDeniedException'],
    ['TagResource', { StringEquals: { 'aws:RequestTag/cost': '1' } }, (as, { keyArn: KeyId }) => as.tagResource({ KeyId, Tags: [{ TagKey: 'cost', TagValue: '1' }] }), 'allowed'],
    ['UntagResource', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, (as, { keyArn: KeyId }) => as.untagResource({ KeyId, TagKeys: ['team'] }), 'allowed'],
    ['CreateKey', { Bool: { 'kms:MultiRegion': 'false' } }, (as) => as.createKey({ MultiRegion: true }), 'AccessDeniedException'],
    ['CreateKey', { StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }, (as) => as.createKey({ MultiRegion: true }), 'allowed'],
    ['CreateKey', { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }, (as) => as.createKey({ BypassPolicyLockoutSafetyCheck: true }), 'AccessDeniedException'],
    ['DescribeKey', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, (as, { keyArn: KeyId }) => as.describeKey({ KeyId }), 'AccessDeniedException'],
    ['DescribeKey', { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, (as, { keyArn: KeyId }) => as.describeKey({ KeyId }), 'allowed'],
  ])('%s if %j', async (action, condition, use, outcome) => {
    expect(await attempt(action, condition, use)).toBe(outcome);
  });

  it('ReEncrypt shows each half its own encryption context', async () => {
    const { kms, keyArn, ciphertext: CiphertextBlob } = await scene();
    const statement = (action: string, tenant: string) =>
      ({ Effect: 'Allow', Action: `kms:${action}`, Resource: '*', Condition: { StringEquals: { 'kms:EncryptionContext:Tenant': tenant } } });
    const policy = { Version: '2012-10-17', Statement: [statement('ReEncryptFrom', 'blue'), statement('ReEncryptTo', 'red')] };
    const client = kms.as({ arn: READER, identityPolicies: [policy] });
    const reEncrypt = (Tenant: string) => client.reEncrypt({
      CiphertextBlob, SourceEncryptionContext: CONTEXT, DestinationKeyId: keyArn, DestinationEncryptionContext: { Tenant },
    });
    await reEncrypt('red');
    await expect(reEncrypt('blue')).rejects.toThrow('kms:ReEncryptTo');
  });
});
