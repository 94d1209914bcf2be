import { KmsException } from '../exceptions';
import type { KeyGrant } from './grant';
import { page, type PageRequest } from '../pagination';

const DEFAULT_LIMIT = 50;

/** One page of grants. */
export function grantPage(grants: readonly KeyGrant[], request: PageRequest) {
  const { items, end } = page(grants, ({ GrantId }) => GrantId, request, DEFAULT_LIMIT);
  return { Grants: items.map(copyOf), ...end };
}

/** @throws `InvalidGrantIdException` for what cannot be the id of a grant: 64 hexadecimal digits */
export function requireGrantId(grantId: string): void {
  if (!/^[0-9a-f]{64}$/.test(grantId)) { throw new KmsException('InvalidGrantIdException', `Invalid grant id '${grantId}'`); }
}

/** @throws `NotFoundException` */
export function grantNotFound(grantId: string): KmsException {
  return new KmsException('NotFoundException', `Grant ID ${grantId} not found`);
}

// What a caller in process does to an answer changes no grant.
function copyOf(grant: KeyGrant): KeyGrant {
  const { CreationDate, Operations, Constraints } = grant;
  return {
    ...grant,
    CreationDate: new Date(CreationDate),
    Operations: [...Operations],
    ...(Constraints && { Constraints: structuredClone(Constraints) }),
  };
}
