import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { required, type Input } from '../../aws-json/shape';
import type { Call } from '../call';
import { invalidPrincipal } from '../callers/principal-arn';
import { KmsException } from '../exceptions';
import type { KeyGrant } from '../grants/grant';
import { requireFittingGrant, requireGrantRequest } from '../grants/grant-request';
import { newGrantToken } from '../grants/grant-token';
import type { Key } from '../keys/key';
import { operation } from '../operation';
import {
  BooleanType, GrantConstraints, GrantNameType, GrantOperationList, GrantTokenList, KeyIdType, PrincipalIdType, ServicePrincipalType,
} from '../service-model';

const MAX_GRANTS_OF_KEY = 50_000; // AWS KMS Developer Guide, Resource quotas

const members = {
  KeyId: required(KeyIdType),
  GranteePrincipal: PrincipalIdType,
  RetiringPrincipal: PrincipalIdType,
  Operations: required(GrantOperationList),
  Constraints: GrantConstraints,
  GrantTokens: GrantTokenList,
  Name: GrantNameType,
  DryRun: BooleanType,
  GranteeServicePrincipal: ServicePrincipalType,
  RetiringServicePrincipal: ServicePrincipalType,
} as const;

type Request = Input<typeof members>;

/**
 * A name makes the request idempotent: with all else the same, the grant that is there is the answer, with a new token.
 *
 * @see AWS KMS API Reference, CreateGrant
 */
export const createGrant = operation(members, (request, call) => {
  requireGrantRequest(request, call.caller.region);
  const key = call.resolve(request.KeyId);
  call.admit(key, 'CreateGrant', request);
  requireFittingGrant(request, key);
  const unknown = [request.GranteePrincipal, request.RetiringPrincipal].find((arn) => arn && !call.principalExists(arn));
  if (unknown) { throw invalidPrincipal(unknown); }
  const wanted = grantOf(request, key, call);
  const present = wanted.Name === undefined ? undefined : key.grants.find((grant) => isSame(grant, wanted));
  if (!present && key.grants.length >= MAX_GRANTS_OF_KEY) {
    throw new KmsException('LimitExceededException', `A key may have ${MAX_GRANTS_OF_KEY} grants.`);
  }
  call.endDryRun(request);
  if (!present) { key.grants = [...key.grants, wanted]; }
  const grant = present ?? wanted;
  return { GrantToken: newGrantToken(call.store.tokenSeal, grant), GrantId: grant.GrantId };
});

function grantOf(request: Request, key: Key, { caller, now }: Call): KeyGrant {
  const { KeyId: _, GrantTokens: __, DryRun: ___, Operations, ...rest } = request;
  const [, partition] = key.arn.split(':');
  const account = caller.isService ? key.account : caller.account;
  return {
    KeyId: key.arn,
    GrantId: randomBytes(32).toString('hex'),
    CreationDate: now,
    IssuingAccount: `arn:${partition}:iam::${account}:root`,
    ...rest,
    Operations: [...new Set(Operations)],
  };
}

function isSame(a: KeyGrant, b: KeyGrant): boolean {
  const given = ({ GrantId: _, CreationDate: __, Operations, ...rest }: KeyGrant) => ({ ...rest, Operations: [...Operations].sort() });
  return isDeepStrictEqual(given(a), given(b));
}
