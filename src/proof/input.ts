import { RequestError } from './errors';
import { KMS_ACTIONS } from '../policy/actions';

const FIELDS = [
  'keyPolicy', 'identityPolicies', 'permissionsBoundary', 'serviceControlPolicies', 'resourceControlPolicies', 'grants', 'request',
];
const LISTS = ['identityPolicies', 'serviceControlPolicies', 'resourceControlPolicies', 'grants'];
const KNOWN = new Set(Object.keys(KMS_ACTIONS).map((name) => `kms:${name}`.toLowerCase()));

/**
 * Refuses input that would be decided as something else than it means: a test that expects a denial passes on a misspelt action.
 *
 * @throws RequestError
 */
export function requireInput(input: unknown): void {
  const given = Object(input) as Record<string, unknown>;
  const unknown = Object.keys(given).find((field) => !FIELDS.includes(field));
  if (unknown) {
    throw new RequestError({ fact: 'The input has a field that is none', given: unknown, allowed: `the fields are ${FIELDS.join(', ')}`, remedy: 'Correct its name.' });
  }
  const noList = LISTS.find((field) => given[field] !== undefined && !Array.isArray(given[field]));
  if (noList) {
    throw new RequestError({ fact: `'${noList}' is no list`, given: typeof given[noList], allowed: 'it is a list, of one or more', remedy: 'Put it in [ ].' });
  }
  requireAction((Object(given['request']) as { action?: unknown }).action);
}

function requireAction(action: unknown): void {
  const isAction = typeof action === 'string' && /^[a-z0-9-]+:[a-z0-9]+$/i.test(action);
  const isKnown = isAction && (!/^kms:/i.test(action) || KNOWN.has(action.toLowerCase()));
  if (isKnown) { return; }
  throw new RequestError({
    fact: 'The action of the request is none',
    given: action,
    allowed: 'it is one action with its service, such as kms:Decrypt, as the Service Authorization Reference lists them',
    remedy: 'Correct it.',
  });
}
