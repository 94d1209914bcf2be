import { createHash, randomUUID } from 'node:crypto';
import { open, seal, Secret, SecretVersion } from './secret';
import type { Operation } from '../../aws-json/operation';
import { ServiceException } from '../../aws-json/service-exception';
import { required, type Input, type Members, type Shape } from '../../aws-json/shape';
import type { KmsClient } from '../../local-kms/kms-client';

/** One call of Secrets Manager, in the caller's account and Region. */
export interface SecretCall {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly now: Date;
  /** AWS KMS as the caller, forwarded by Secrets Manager. */
  readonly kms: KmsClient;
  /** The secrets of the account and Region, by name. */
  readonly secrets: Map<string, Secret>;
  /** @throws AccessDeniedException unless the caller's policies allow it */
  authorize(action: string, arn: string, context?: Readonly<Record<string, string | string[]>>): void;
}

// The shapes of the AWS Secrets Manager service model (version 2017-10-17), each with its limits.
const SecretId = { type: 'string', min: 1, max: 2048 } as const;
const ClientRequestToken = { type: 'string', min: 32, max: 64 } as const;
const SecretString = { type: 'string', min: 1, max: 65536, hidden: true } as const;
const SecretBinary = { type: 'blob', min: 1, max: 65536 } as const;
const KmsKeyId = { type: 'string', min: 0, max: 2048 } as const;
const Description = { type: 'string', min: 0, max: 2048 } as const;
const Tags = {
  type: 'list',
  member: { type: 'structure', members: { Key: { type: 'string', min: 1, max: 128 }, Value: { type: 'string', min: 0, max: 256 } } },
} as const satisfies Shape;

const VALUE = { ClientRequestToken, SecretString, SecretBinary } as const;

/** AWS Secrets Manager API Reference: the operations that keep and read secrets. */
export const SECRET_OPERATIONS = {
  CreateSecret: operation({ Name: required({ type: 'string', min: 1, max: 512 }), ...VALUE, KmsKeyId, Description, Tags }, async (request, call) => {
    const { Name: name, KmsKeyId: keyId } = request;
    const arn = `arn:${call.partition}:secretsmanager:${call.region}:${call.account}:secret:${name}-${suffixOf(name, call)}`;
    call.authorize('secretsmanager:CreateSecret', arn, { 'secretsmanager:Name': name });
    if (!keyId) throw invalid('Without KmsKeyId the AWS managed key aws/secretsmanager is used, which is not simulated. Give the key of a customer.');
    if (call.secrets.has(name)) throw new ServiceException('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const tags = new Map((request.Tags ?? []).map(({ Key, Value }) => [String(Key), String(Value)]));
    const secret: Secret = { name, arn, created: call.now, keyId, description: request.Description, tags, versions: [] };
    const version = await addVersion(secret, request, call);
    call.secrets.set(name, secret);
    return { ARN: arn, Name: name, VersionId: version?.id };
  }),

  PutSecretValue: operation({ SecretId: required(SecretId), ...VALUE }, async (request, call) => {
    const secret = find(request.SecretId, call, 'secretsmanager:PutSecretValue');
    const version = await addVersion(secret, request, call);
    if (!version) throw invalid('You must provide either SecretString or SecretBinary.');
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
  }),

  UpdateSecret: operation({ SecretId: required(SecretId), ...VALUE, KmsKeyId, Description }, async (request, call) => {
    const secret = find(request.SecretId, call, 'secretsmanager:UpdateSecret');
    secret.keyId = request.KmsKeyId ?? secret.keyId;
    secret.description = request.Description ?? secret.description;
    const version = await addVersion(secret, request, call);
    return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
  }),

  GetSecretValue: operation({
    SecretId: required(SecretId), VersionId: ClientRequestToken, VersionStage: { type: 'string', min: 1, max: 256 },
  }, async ({ SecretId: id, VersionId, VersionStage }, call) => {
    const secret = find(id, call, 'secretsmanager:GetSecretValue', {
      ...VersionId !== undefined && { 'secretsmanager:VersionId': VersionId }, 'secretsmanager:VersionStage': VersionStage ?? CURRENT,
    });
    const version = secret.versions.find((one) => (VersionId === undefined || one.id === VersionId)
      && (VersionStage === undefined && VersionId !== undefined || one.stages.has(VersionStage ?? CURRENT)));
    const asked = VersionId === undefined ? `staging label: ${VersionStage ?? CURRENT}` : `VersionId: ${VersionId}`;
    if (!version) throw notFound(`the specified secret value for ${asked}`);
    const value = await open(version.sealed, version.id, secret.arn, call.kms);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      ...version.sealed.isText ? { SecretString: Buffer.from(value).toString('utf8') } : { SecretBinary: value },
      VersionStages: [...version.stages],
      CreatedDate: version.created,
    } as SecretValue;
  }),

  DescribeSecret: operation({ SecretId: required(SecretId) }, async ({ SecretId: id }, call) => {
    const { arn, name, description, keyId, tags, versions, created } = find(id, call, 'secretsmanager:DescribeSecret');
    return {
      ARN: arn,
      Name: name,
      Description: description,
      KmsKeyId: keyId,
      CreatedDate: created,
      Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
      VersionIdsToStages: Object.fromEntries(versions.filter(({ stages }) => stages.size > 0).map((version) => [version.id, [...version.stages]])),
    };
  }),

  DeleteSecret: operation({ SecretId: required(SecretId), ForceDeleteWithoutRecovery: { type: 'boolean' } }, async (request, call) => {
    const { arn, name } = find(request.SecretId, call, 'secretsmanager:DeleteSecret');
    if (!request.ForceDeleteWithoutRecovery) throw invalid('Recovery windows are not simulated. Set ForceDeleteWithoutRecovery.');
    call.secrets.delete(name);
    return { ARN: arn, Name: name, DeletionDate: call.now };
  }),
} as const;

interface SecretValue {
  readonly ARN: string;
  readonly Name: string;
  readonly VersionId: string;
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
  readonly VersionStages: readonly string[];
  readonly CreatedDate: Date;
}

const [CURRENT, PREVIOUS] = ['AWSCURRENT', 'AWSPREVIOUS'] as const;

function operation<const M extends Members, Result>(
  members: M, run: (request: Input<M>, call: SecretCall) => Promise<Result>,
): Operation<M, Promise<Result>, SecretCall> {
  return { members, run };
}

/** The secret that a name or an ARN, with or without its last six characters, means. */
function find(id: string, call: SecretCall, action: string, context: Readonly<Record<string, string>> = {}): Secret {
  const secret = [...call.secrets.values()].find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
  const tags = [...secret?.tags ?? []].flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`secretsmanager:ResourceTag/${key}`, value]]);
  const unknown = id.startsWith('arn:') ? id : `arn:${call.partition}:secretsmanager:${call.region}:${call.account}:secret:${id}-??????`;
  call.authorize(action, secret?.arn ?? unknown.replaceAll('?', 'x'), { ...context, ...Object.fromEntries(tags) });
  if (!secret) throw notFound('the specified secret');
  return secret;
}

interface NewValue { readonly ClientRequestToken?: string; readonly SecretString?: string; readonly SecretBinary?: Uint8Array }

/** The new version is the current one, and the one before it the previous one. None without a value. */
async function addVersion(secret: Secret, given: NewValue, call: SecretCall): Promise<SecretVersion | undefined> {
  const { ClientRequestToken: id = randomUUID(), SecretString: text, SecretBinary: bytes } = given;
  if (text !== undefined && bytes !== undefined) throw invalid('You can\'t specify both a binary secret value and a string secret value in the same secret.');
  const value = text ?? bytes;
  if (value === undefined) return undefined;
  if (secret.versions.some((version) => version.id === id)) {
    throw new ServiceException('ResourceExistsException', `A secret version with ID ${id} already exists.`);
  }
  const version = { id, created: call.now, stages: new Set([CURRENT as string]), sealed: await seal(value, id, secret, call.kms) };
  const before = secret.versions.find(({ stages }) => stages.has(CURRENT));
  for (const { stages } of secret.versions) [CURRENT, PREVIOUS].forEach((stage) => stages.delete(stage));
  before?.stages.add(PREVIOUS);
  secret.versions.push(version);
  return version;
}

/** Six characters that are always the same for the same secret. */
function suffixOf(name: string, { account, region }: SecretCall): string {
  return createHash('sha256').update(`${account}/${region}/${name}`).digest('base64').replace(/[^A-Za-z0-9]/g, '').slice(0, 6);
}

function notFound(what: string): ServiceException {
  return new ServiceException('ResourceNotFoundException', `Secrets Manager can't find ${what}.`);
}

function invalid(message: string): ServiceException {
  return new ServiceException('InvalidRequestException', message);
}
