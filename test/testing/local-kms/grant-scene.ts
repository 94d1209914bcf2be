import { ACCOUNT, bytes, CONTEXT, exceptionOf, OTHER_ACCOUNT, READER, ROOT, scene, type Scene } from './scene';
import type { KmsClient } from '../../../src/testing';

export type GrantRequest = Parameters<KmsClient['createGrant']>[0];
export type Use = (client: KmsClient, at: Scene) => Promise<unknown>;

export const OUTSIDER = `arn:aws:iam::${OTHER_ACCOUNT}:role/Reader`;
export const OTHER_ROOT = `arn:aws:iam::${OTHER_ACCOUNT}:root`;
export const DYNAMODB = 'dynamodb.us-east-1.amazonaws.com';
export const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Orders`;

/** A grant to a service that works for one table. */
export const FOR_TABLE: Partial<GrantRequest> = {
  GranteePrincipal: undefined, GranteeServicePrincipal: DYNAMODB, RetiringPrincipal: ROOT, Constraints: { SourceArn: TABLE },
};

/** A scene in which root has made a grant to `READER`. */
export async function granted(grant: Partial<GrantRequest> = {}) {
  const at = await scene();
  const given = { KeyId: at.keyArn, GranteePrincipal: READER, Operations: ['Decrypt', 'Encrypt', 'DescribeKey'], ...grant } as GrantRequest;
  return { ...at, ...await at.root.createGrant(given) };
}

export async function outcome(promise: Promise<unknown>): Promise<string> {
  return (await exceptionOf(promise)).name ?? 'allowed';
}

export const encrypt = (EncryptionContext?: Record<string, string>): Use => (client, { keyArn: KeyId }) =>
  client.encrypt({ KeyId, Plaintext: bytes('x'), EncryptionContext });
export const decrypt: Use = (client, { ciphertext: CiphertextBlob }) => client.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
export const describeKey: Use = (client, { keyArn: KeyId }) => client.describeKey({ KeyId });
