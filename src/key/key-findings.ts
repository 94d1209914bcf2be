import { CfnElement, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { pathOf } from './construct-path';
import { KeyAccess } from './key-access';
import { proofErrors, renderedProperties } from './key-proof';
import { asList, RenderedStatement } from './stock-statements';
import { warn } from './warning';
import { WiredPolicy } from './wired-policy';
import { KeyClaim } from '../claims/key-claim';
import { CRYPTOGRAPHIC_ACTIONS, matchingActions } from '../policy/actions';
import { canRotate } from '../policy/key-specs';
import { KEY_POLICY_MAX_BYTES, keyPolicyBytes, refusedCharacter } from '../policy/limits';
import { KeyHolder, UsageIndex } from '../services/usage-index';

/** A key that says who decides about its use. */
type KeyWithAccess = kms.Key & { readonly access: KeyAccess };

/**
 * What only the finished tree can tell: errors to return from the key's validation, and warnings on the constructs themselves.
 */
export function findingsOf(key: KeyWithAccess, element: kms.CfnKey, policy: WiredPolicy, claims: readonly KeyClaim[]): string[] {
  const usage = UsageIndex.during(element, false).usageOf(element);
  for (const { hazard, resource } of usage.hazards) { warn(resource, hazard.warning, `${pathOf(resource)}: ${hazard.message} (${hazard.source})`); }
  usage.escapes.forEach((escape) => warnOfEscape(key, escape));
  const properties = renderedProperties(element);
  const users = policy.written.filter(({ origin }) => origin === 'user' || origin === 'grant');
  users.forEach(({ statement }) => warnOfIam(key, statement));
  if (element.enableKeyRotation === false && canRotate(element.keySpec ?? 'SYMMETRIC_DEFAULT')) { warnOfNoRotation(key); }
  const replaced = replacedPolicyError(key, element, policy);
  return [
    ...usage.holders.flatMap((holder) => otherRegionError(holder, Stack.of(key).region)),
    ...replaced.length > 0 ? replaced : proofErrors(key, properties, policy, claims),
    ...usage.holders.flatMap((holder) => unfitKeyError(element, holder)),
    ...policyErrors(key, properties.KeyPolicy),
  ];
}

/** The error for a resource whose key is in another Region. */
export function otherRegionError({ resource, slot }: KeyHolder, keyRegion: string): string[] {
  const { region } = Stack.of(resource);
  if (slot.elsewhere || Token.isUnresolved(region) || Token.isUnresolved(keyRegion) || region === keyRegion) { return []; }
  return [`${pathOf(resource)} is in ${region} and its ${slot.property} names a key in ${keyRegion}; a service uses only keys of its own Region. `
    + `Create a key in the stack of ${region}.`];
}

// Only the key policy was to decide.
function warnOfIam(key: KeyWithAccess, { Sid, Effect, Principal, Action, Condition }: RenderedStatement): void {
  const uses = asList<string>(Action ?? []).filter((pattern) => matchingActions(pattern).some((action) => CRYPTOGRAPHIC_ACTIONS.includes(action)));
  if (key.access !== KeyAccess.KEY_POLICY_ONLY || Effect !== 'Allow' || uses.length === 0) { return; }
  const isForMany = asList<unknown>(Principal === '*' ? '*' : Principal?.AWS ?? []).some((each) => each === '*' || /:root"?\]*\}?$/.test(JSON.stringify(each)));
  const isNarrowed = Object.values<object>(Condition ?? {}).some((byKey) => 'aws:PrincipalArn' in byKey || 'aws:PrincipalOrgID' in byKey);
  if (isForMany && !isNarrowed) {
    warn(key, 'cdk-customer-managed-keys:iamMayUseKey', `${key.node.path} has KeyAccess.KEY_POLICY_ONLY, and a statement${Sid ? ` '${Sid}'` : ''} that was added to its policy `
      + `lets a whole account call ${uses.join(', ')}${Condition ? ' under conditions' : ''}: IAM policies then decide. Name roles instead.`);
  }
}

function unfitKeyError({ keySpec = 'SYMMETRIC_DEFAULT' }: kms.CfnKey, { resource, slot }: KeyHolder): string[] {
  return keySpec === 'SYMMETRIC_DEFAULT' ? [] : [`${pathOf(resource)} names a key of spec ${keySpec} in its ${slot.property}; services encrypt under `
    + 'SYMMETRIC_DEFAULT keys only. Give it a key without keySpec and keyUsage.'];
}

function warnOfEscape(key: IConstruct, element: CfnElement): void {
  warn(element, 'cdk-customer-managed-keys:keyArnEscapes',
    `${element.node.path} hands the ARN or id of ${key.node.path} to readers outside this app, whom the key cannot see and does not wire. `
    + 'Tell the key about them: key.authorize(KeyUse.of(…)) for services, key.shareWith(…) for accounts.');
}

function warnOfNoRotation(key: IConstruct): void {
  warn(key, 'cdk-customer-managed-keys:rotationOff',
    `'enableKeyRotation' of ${key.node.path} is false: the key material stays the same for the life of the key. `
    + 'Remove the prop to rotate every 365 days.');
}

function replacedPolicyError(key: IConstruct, element: kms.CfnKey, policy: unknown): string[] {
  return element.keyPolicy === policy ? [] : [`The keyPolicy of ${element.node.path} was replaced by something else, so that nothing of what ${key.node.path} `
    + "wired, granted or shared is in it. Give statements in the 'policy' prop, or add them with addToResourcePolicy."];
}

function policyErrors(key: IConstruct, policy: unknown): string[] {
  const bytes = keyPolicyBytes(policy);
  const refused = refusedCharacter(policy);
  return [
    ...bytes > KEY_POLICY_MAX_BYTES ? [`The policy of ${key.node.path} has ${bytes} bytes; AWS KMS accepts ${KEY_POLICY_MAX_BYTES}. `
      + 'Share with an organization instead of many accounts, grant to fewer principals, or give part of the resources a key of their own.'] : [],
    ...refused ? [`The policy of ${key.node.path} holds the character '${refused.character}' in "${refused.text}"; AWS KMS accepts printable ASCII and `
      + 'Latin-1 (up to U+00FF). Rewrite that text.'] : [],
  ];
}
