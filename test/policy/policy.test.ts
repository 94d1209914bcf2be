import {
  actionsOfKind, ADMINISTRATION_ACTIONS, CRYPTOGRAPHIC_ACTIONS, explicitActions, KMS_ACTIONS, USE_ACTIONS,
} from '../../src/policy/actions';
import { canRotate, KEY_USAGES, useActions } from '../../src/policy/key-specs';
import { keyPolicyBytes, refusedCharacter } from '../../src/policy/limits';

describe('actions of AWS KMS', () => {
  it('expands a wildcard to the explicit actions it stands for', () => {
    expect(explicitActions(['kms:ReEncrypt*', 'kms:Decrypt'])).toEqual(['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']);
    expect(explicitActions(['kms:GenerateDataKey*'])).toHaveLength(4);
  });

  it('keeps of a wildcard only what the key supports, and of explicit actions all', () => {
    expect(explicitActions(['kms:GenerateDataKey*', 'kms:Sign'], useActions('RSA_2048', 'ENCRYPT_DECRYPT'))).toEqual(['kms:Sign']);
  });

  it('corrects the case of an action, which IAM ignores', () => {
    expect(explicitActions(['KMS:decrypt'])).toEqual(['kms:Decrypt']);
  });

  it.each(['kms:Decript', 's3:GetObject', 'Decrypt', 'kms:', ''])('refuses %p, which matches no action', (action) => {
    expect(() => explicitActions([action])).toThrow(/is no action of AWS KMS. Actions are written like kms:Decrypt/);
  });

  it('gives administration no way to use the key or to give its use away', () => {
    const administration = explicitActions(ADMINISTRATION_ACTIONS);
    expect(administration.filter((action) => CRYPTOGRAPHIC_ACTIONS.includes(action))).toEqual([]);
    expect(administration).not.toContain('kms:CreateGrant');
  });

  it('leaves to administration every action that changes a single-Region key with material of AWS', () => {
    const administration = explicitActions(ADMINISTRATION_ACTIONS);
    const missing = actionsOfKind('administration', 'read').filter((action) => !administration.includes(action));
    expect(missing).toEqual(['kms:ImportKeyMaterial', 'kms:ReplicateKey', 'kms:SynchronizeMultiRegionKey']);
  });

  it('knows every action that a use names', () => {
    for (const action of Object.values(USE_ACTIONS).flat()) { expect(KMS_ACTIONS).toHaveProperty(action.slice('kms:'.length)); }
  });
});

describe('key specs', () => {
  it('rotates symmetric encryption keys only', () => {
    expect(Object.keys(KEY_USAGES).filter(canRotate)).toEqual(['SYMMETRIC_DEFAULT']);
  });

  it('gives each spec and usage actions of its own kind', () => {
    expect(useActions('HMAC_256', 'GENERATE_VERIFY_MAC')).toContain('kms:GenerateMac');
    expect(useActions('ECC_NIST_P256', 'KEY_AGREEMENT')).toContain('kms:DeriveSharedSecret');
    expect(useActions('ML_KEM_768', 'ENCAPSULATE_DECAPSULATE')).toContain('kms:Decapsulate');
    expect(useActions('RSA_2048', 'SIGN_VERIFY')).toEqual(['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify']);
  });
});

describe('limits of a key policy', () => {
  it('counts bytes without white space, pseudo parameters filled in', () => {
    expect(keyPolicyBytes({ a: 'b' })).toBe('{"a":"b"}'.length);
    expect(keyPolicyBytes({ a: { 'Fn::Join': ['', ['x:', { Ref: 'AWS::AccountId' }]] } })).toBe('{"a":"x:123456789012"}'.length);
    expect(keyPolicyBytes({ a: 'ä' })).toBe(10);
  });

  it.each(['→', '😀', '\u0007', 'Ā'])('finds %p, which AWS KMS refuses', (character) => {
    expect(refusedCharacter({ Statement: [{ Sid: `a${character}` }] })?.character).toBe(character);
  });

  it('accepts Latin-1, tabs and line breaks', () => {
    expect(refusedCharacter({ Sid: 'ÿ\t\r\n~' })).toBeUndefined();
  });
});
