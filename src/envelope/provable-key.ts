import { Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { typeNameOf } from './engine/option-checks';

/** The key itself, when a proof of it can succeed as far as the app tells. */
export function provableKey(probe: Construct, given: kms.IKey | undefined): kms.IKey {
  requireKey(probe, given);
  const key = keyBehind(probe, given);
  refuseOtherRegion(probe, key);
  const element = key.node.defaultChild;
  if (element instanceof kms.CfnKey) refuseUnfit(probe, element);
  return key;
}

/** JavaScript gives anything, or nothing. */
function requireKey(probe: Construct, given: unknown): asserts given is kms.IKey {
  if (typeof given === 'object' && given !== null && ('keyArn' in given || 'aliasName' in given)) return;
  throw new Error(`'encryptionKey' of ${probe.node.path} is of type ${typeNameOf(given)}; a proof takes a key. ` +
    'Give a CustomerManagedKey, a kms.Key, or kms.Key.fromKeyArn() of its ARN.');
}

/** IAM gives no use of a key through the ARN of an alias (AWS KMS Developer Guide, "Aliases in AWS KMS"). */
function keyBehind(probe: Construct, key: kms.IKey): kms.IKey {
  if (!('aliasName' in key)) return key;
  try {
    return (key as kms.IAlias).aliasTargetKey;
  } catch {
    throw new Error(`'encryptionKey' of ${probe.node.path} is an alias of which only the name is known; its key cannot be named in a policy. Give the key itself.`);
  }
}

/** AWS KMS calls stay in one Region: the ARN of a key elsewhere is not found. */
function refuseOtherRegion(probe: Construct, key: kms.IKey): void {
  const here = Stack.of(probe).region;
  const there = key.env.region;
  if (Token.isUnresolved(here) || Token.isUnresolved(there) || here === there) return;
  throw new Error(`${probe.node.path} is in ${here} and its key in ${there}; a key is proved where it is. Put the EnvelopeRoundTrip into a stack in ${there}.`);
}

/** AWS KMS API Reference, GenerateDataKey: a symmetric encryption key, and enabled. */
function refuseUnfit(probe: Construct, { keySpec = 'SYMMETRIC_DEFAULT', keyUsage = 'ENCRYPT_DECRYPT', enabled }: kms.CfnKey): void {
  const name = `'encryptionKey' of ${probe.node.path}`;
  const isOther = (given: string, allowed: string) => !Token.isUnresolved(given) && given !== allowed;
  if (isOther(keySpec, 'SYMMETRIC_DEFAULT') || isOther(keyUsage, 'ENCRYPT_DECRYPT')) {
    throw new Error(`${name} has KeySpec ${keySpec} and KeyUsage ${keyUsage}; data keys are made by SYMMETRIC_DEFAULT keys for ENCRYPT_DECRYPT. Give such a key.`);
  }
  if (enabled === false) throw new Error(`${name} is disabled, so that no proof of it succeeds. Enable the key, or leave the EnvelopeRoundTrip out.`);
}
