import { Annotations, CfnElement, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { KEY_POLICY_MAX_BYTES, keyPolicyBytes, refusedCharacter } from '../policy/limits';
import { KeyHolder, UsageIndex } from '../services/usage-index';

/**
 * What only the finished tree can tell: errors to return from the key's validation, and warnings on the constructs themselves.
 */
export function findingsOf(key: kms.Key, element: kms.CfnKey): string[] {
  const usage = UsageIndex.during(element, false).usageOf(element);
  for (const { hazard, resource } of usage.hazards) { Annotations.of(resource).addWarningV2(hazard.warning, `${resource.node.path}: ${hazard.message} (${hazard.source})`); }
  usage.escapes.forEach((escape) => warnOfEscape(key, escape));
  return [...usage.holders.flatMap((holder) => otherRegion(element, holder)), ...policyErrors(key, Stack.of(key).resolve(element.keyPolicy))];
}

function warnOfEscape(key: IConstruct, element: CfnElement): void {
  Annotations.of(element).addWarningV2('cdk-customer-managed-keys:keyArnEscapes',
    `${element.node.path} hands the ARN or id of ${key.node.path} to readers outside this app, whom the key cannot see and does not wire. `
    + 'Tell the key about them: key.authorize(KeyUse.of(…)) for services, key.shareWith(…) for accounts. Then acknowledge this warning.');
}

function otherRegion(key: kms.CfnKey, { resource, slot }: KeyHolder): string[] {
  const [here, there] = [Stack.of(key).region, Stack.of(resource).region];
  if (Token.isUnresolved(here) || Token.isUnresolved(there) || here === there) { return []; }
  return [`${resource.node.path} is in ${there} and its ${slot.property} names a key in ${here}; a service uses only keys of its own Region. `
    + `Create a key in the stack of ${there}.`];
}

function policyErrors(key: kms.Key, policy: unknown): string[] {
  const bytes = keyPolicyBytes(policy);
  const refused = refusedCharacter(policy);
  return [
    ...bytes > KEY_POLICY_MAX_BYTES ? [`The policy of ${key.node.path} has ${bytes} bytes; AWS KMS accepts ${KEY_POLICY_MAX_BYTES}. `
      + 'Share with an organization instead of many accounts, grant to fewer principals, or give part of the resources a key of their own.'] : [],
    ...refused ? [`The policy of ${key.node.path} holds the character '${refused.character}' in "${refused.text}"; AWS KMS accepts printable ASCII and `
      + 'Latin-1 (up to U+00FF). Rewrite that text.'] : [],
  ];
}
