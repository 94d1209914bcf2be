import { ExplainedStatement } from './explained-statement';
import { KeyAccess } from './key-access';
import { ADMINISTRATION_ACTIONS, MULTI_REGION_ACTIONS } from '../policy/actions';
import { useActions } from '../policy/key-specs';
import { KeyStatement, keyStatement } from '../policy/statement';

/** What the base statements of a key depend on. */
export interface AccountStatementsProps {
  /** The ARN of the account's root. */
  readonly accountRoot: string;
  readonly access: KeyAccess;
  readonly keySpec: string;
  readonly keyUsage: string;
  readonly multiRegion: boolean;
}

/** The statements that every key has in place of the default `kms:*` (AWS KMS Developer Guide, Default key policy). */
export function accountStatements(props: AccountStatementsProps): ExplainedStatement[] {
  const principal = { AWS: props.accountRoot };
  const administration = explained('IAM and the deployment role can always manage the key, so that nobody is locked out',
    keyStatement('Allow the account to administer the key through IAM', principal, administrationActions(props.multiRegion)));
  if (props.access === KeyAccess.KEY_POLICY_ONLY) { return [administration]; }
  const use = explained('IAM policies and the grants of stock constructs can allow the use of the key, action by action',
    keyStatement('Allow the account to use the key through IAM', principal, useActions(props.keySpec, props.keyUsage)));
  // CreateGrant alone: on a cryptographic action kms:GrantIsForAWSResource is absent and the statement would never match
  // (AWS KMS Developer Guide, kms:GrantIsForAWSResource).
  const grants = explained('A service that works under a grant, such as Amazon EBS, can be given one by whom IAM allows it',
    keyStatement('Allow the account to let AWS services hold grants through IAM', principal, ['kms:CreateGrant'],
      { Bool: { 'kms:GrantIsForAWSResource': 'true' } }));
  return props.keySpec === 'SYMMETRIC_DEFAULT' ? [administration, use, grants] : [administration, use];
}

/** What manages a key, and the Regions of a multi-Region key. */
export function administrationActions(multiRegion: boolean): string[] {
  return multiRegion ? [...ADMINISTRATION_ACTIONS, ...MULTI_REGION_ACTIONS].sort() : ADMINISTRATION_ACTIONS;
}

/** A statement of this library, with its reason. */
export function explained(reason: string, statement: KeyStatement): ExplainedStatement {
  return { sid: statement.Sid, reason, causes: [], statement };
}
