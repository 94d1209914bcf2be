import { bytes, ROOT } from './scene';
import { LocalKms, type KmsClient, type Principal } from '../../../src/testing';

export const DAY = 86_400_000;
export const [HERE, THERE, ELSEWHERE] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
export const Message = bytes('order 1');

export type MultiRegionScene = Awaited<ReturnType<typeof scene>>;

/** A KMS with a clock that tests turn, and a multi-Region key with a replica. */
export async function scene(request: Parameters<KmsClient['createKey']>[0] = {}) {
  let time = new Date('2026-01-01T00:00:00Z').getTime();
  const kms = new LocalKms({ now: () => new Date(time), region: HERE });
  const inRegion = (region: string, principal: string | Principal = ROOT) => kms.as(principal, { region });
  const [here, there] = [inRegion(HERE), inRegion(THERE)];
  const { KeyMetadata: { KeyId, Arn: primaryArn } } = await here.createKey({ MultiRegion: true, ...request });
  const { ReplicaKeyMetadata: { Arn: replicaArn } } = await here.replicateKey({ KeyId, ReplicaRegion: THERE });
  return { inRegion, here, there, KeyId, primaryArn, replicaArn, pass: (days: number) => { time += days * DAY; } };
}

export async function describeKey(client: KmsClient, KeyId: string) {
  return (await client.describeKey({ KeyId })).KeyMetadata;
}
