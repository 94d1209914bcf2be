import { evaluate, PolicyError, RequestError } from '../proof';
import { UsageError } from './command';
import { jsonFrom } from './json-file';
import { ORGANIZATION } from './options';
import type { Principal } from '../testing/local-kms/callers/caller';

interface Field {
  readonly required?: true;
  /** A sentence without its full stop. */
  readonly allowed: string;
  is(value: unknown): boolean;
}

const FIELDS: Readonly<Record<string, Field>> = {
  arn: {
    required: true,
    is: (value) => typeof value === 'string' && /^arn:[\w-]+:(iam|sts)::\d{12}:./.test(value), // services have no access key ids
    allowed: 'it is the ARN of a role, user, root user or session, e.g. arn:aws:iam::111122223333:role/Orders',
  },
  identityPolicies: { is: Array.isArray, allowed: 'it is a list of policies' },
  organizationId: { is: (value) => typeof value === 'string' && ORGANIZATION.form.test(value), allowed: ORGANIZATION.allowed },
};

/** As signatures carry it; another could not call. */
const ACCESS_KEY_ID = /^[\w+=.@-]{1,128}$/;

/**
 * Who calls, by access key id.
 *
 * @throws UsageError
 */
export function principalsFrom(file: string): Record<string, Principal> {
  const json = jsonFrom(file);
  if (!isObject(json)) throw new UsageError(`'${file}' names no principals: it is no object; a JSON object of principals by access key id is allowed. Write one.`);
  for (const [id, principal] of Object.entries(json)) {
    const fault = ACCESS_KEY_ID.test(id) ? principalFault(principal) : 'is no access key id; 1 to 128 letters, digits and _+=.@- are allowed. Correct it.';
    if (fault !== undefined) throw new UsageError(`'${id}' in '${file}' ${fault}`);
  }
  return json as Record<string, Principal>;
}

/** The predicate of a sentence, and the remedy. */
function principalFault(principal: unknown): string | undefined {
  if (!isObject(principal)) return "is no principal: it is no object; an object with 'arn' at least is allowed. Write one.";
  const strange = Object.keys(principal).find((name) => !Object.hasOwn(FIELDS, name));
  if (strange !== undefined) return `has '${strange}'; the fields of a principal are ${Object.keys(FIELDS).join(', ')}. Correct it.`;
  const wrong = Object.entries(FIELDS).find(([name, { required, is }]) => (required || Object.hasOwn(principal, name)) && !is(principal[name]));
  if (wrong === undefined) return undecidable(principal as unknown as Principal);
  const [name, { allowed }] = wrong;
  return `has ${JSON.stringify(principal[name])?.slice(0, 120) ?? 'nothing'} as '${name}'; ${allowed}. Correct it.`;
}

/** What IAM would not take as a principal or a policy is found now, not at the first call. */
function undecidable({ arn, identityPolicies }: Principal): string | undefined {
  try {
    evaluate({ identityPolicies, request: { principal: arn, action: 'kms:ListKeys' } });
  } catch (cause) {
    if (cause instanceof PolicyError || cause instanceof RequestError) return `is at fault: ${cause.message}`;
    throw cause;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
