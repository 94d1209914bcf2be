import { nobodyCan } from './claim';
import type { Claim } from './claim';
import { workFor } from '../claims/foreign-source';
import { accountsIn, organizationsIn } from '../claims/key-facts';
import { policyBut } from '../claims/narrowed-policy';
import { prove } from '../proof';
import type { PolicyDocument, Question } from '../proof';

/** What the claims about who can do something are about. */
export interface Deed {
  readonly actions: readonly string[];
  readonly context: NonNullable<Question['context']>;
  /** The ARN of the key. */
  readonly resource?: string;
}

/** Who can, and nobody else. */
export interface Limit {
  readonly accounts: readonly string[];
  readonly organizations: readonly string[];
  readonly principals: readonly string[];
  readonly services: readonly string[];
}

/** Principals of accounts and services apart: a witness among the one would hide that among the other. */
export function onlyThese(limit: Limit, deed: Deed): Claim[] {
  return [(policy) => [onlyThesePrincipals(limit, deed, policy)], (policy) => [onlyTheseServices(limit, deed, policy)]];
}

function onlyThesePrincipals({ accounts, organizations, principals }: Limit, deed: Deed, policy: PolicyDocument) {
  const members = [...accounts, ...organizations, ...principals].join(', ');
  const claim = `${members ? `Of principals of accounts, only ${members}` : 'No principal of an account'} can do ${inWords(deed)}.`;
  return nobodyCan(claim, prove(policy, { ...deed, who: { accounts: ['*'] }, except: { accounts, organizations, principals } }));
}

function onlyTheseServices(limit: Limit, deed: Deed, policy: PolicyDocument) {
  const { accounts, organizations, services } = limit;
  const owners = [...accounts, ...organizations].join(' or ');
  const spared = [...owners ? [`those that act for ${owners}`] : [], ...services].join(', ');
  const claim = `${spared ? `Of AWS services that act as themselves, only ${spared}` : 'No AWS service that acts as itself'} can do ${inWords(deed)}.`;
  return nobodyCan(claim, prove(withoutMembers(limit, policy), { ...deed, who: { services: ['*'] }, except: { services } }));
}

/** The policy without what services may do for those whom the limit names. */
function withoutMembers({ accounts, organizations }: Limit, policy: PolicyDocument): PolicyDocument {
  return policyBut(policy, ...workFor({ policy, standIns: new Map(), opaquePrincipals: [] }, accounts, organizations));
}

/** An account or organization that the policy does not mention is any. */
export function notPublic(deed: Deed): Claim {
  return (policy) => {
    const statements = [policy.Statement].flat().map((statement) => ({ ...Object(statement), Sid: undefined }));
    const [accounts, organizations] = [accountsIn(statements), organizationsIn(statements)];
    const members = [...accounts, ...organizations].join(', ') || 'none';
    const claim = `No principal of an account or organization that the policy does not mention (it mentions ${members}) can do ${inWords(deed)}.`;
    return [nobodyCan(claim, prove(policy, { ...deed, who: { accounts: ['*'] }, except: { accounts, organizations } }))];
  };
}

/** E.g. `kms:Decrypt or kms:Sign, where kms:ViaService is s3.*`. */
function inWords({ actions, context, resource }: Deed): string {
  const object = resource === undefined ? '' : ` on ${resource}`;
  const wheres = Object.entries(context).map(([key, value]) => `, where ${key} is ${value}`);
  return actions.join(' or ') + object + wheres.join('');
}
