import { Memo } from './memo';
import { shape } from './value-sets/language';
import type { Language } from './value-sets/language';
import { afterLast, between } from './value-sets/part';
import type { Part } from './value-sets/part';

/** What a condition key can be in a request. */
export interface Domain {
  readonly presence: 'never' | 'maybe' | 'always';
  /** The only values. */
  readonly values?: readonly string[];
  /** @default text, and for keys of neither aws: nor kms: anything */
  readonly type?: 'text' | 'boolean' | 'number' | 'date' | 'epoch' | 'address';
  /** What its values look like; the first that has one is taken. */
  readonly shapes?: readonly Language[];
  /** Some that look so, tried before all are. */
  readonly plain?: readonly string[];
  /** Whether it may have several values. */
  readonly many?: boolean;
}

/** By the name of the key, in lower case. */
export type Domains = readonly (readonly [key: RegExp, domain: Domain])[];

export const NEVER: Domain = { presence: 'never' };
export const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc'];
export const inPartitions = (text: string, partitions: readonly string[] = PARTITIONS) => partitions.map((partition) => text.replace('PARTITION', partition));

const languages = new Memo<Language>(500);

/** Text that looks like one of these. */
export function shaped(...shapes: string[]): Domain {
  return { presence: 'maybe', shapes: [languages.get(shapes.join(' '), () => shape(...shapes))], plain: shapes.map(plainest) };
}

const plainest = (text: string) => text.replaceAll('#', '9').replaceAll('*', '').replace(/[%&?]/g, 'x');

/** The key itself, as though it were a condition key. */
export const RESOURCE_KEY = '(resource)';

/**
 * What any caller's keys look like. IAM User Guide, AWS global condition context keys; AWS KMS Developer Guide, AWS KMS
 * condition keys. Not here: text of any kind. `aws:PrincipalOrgPaths` and its like are lists of the one path that an account has.
 */
export const KEY_DOMAINS: Domains = [
  [/^aws:(principal|source|resource|vpce)org(paths|id)$/, shaped('o-%/*')],
  [/^aws:(source|vpce)account$/, shaped('############')],
  [/^aws:sourcevpce$/, shaped('vpce-%')],
  [/^aws:sourcevpc$/, shaped('vpc-%')],
  [/^aws:(sourceip|vpcsourceip)$/, { presence: 'maybe', type: 'address' }],
  [/^aws:currenttime$/, { presence: 'always', type: 'date' }],
  [/^aws:epochtime$/, { presence: 'always', type: 'epoch' }],
  [/^(aws:tokenissuetime|kms:validto)$/, { presence: 'maybe', type: 'date' }],
  [/^aws:securetransport$/, { presence: 'always', values: ['true'] }],
  [/^aws:multifactorauthpresent$/, { presence: 'maybe', type: 'boolean' }],
  [/^aws:(multifactorauthage)$/, { presence: 'maybe', type: 'number' }],
  [/^kms:(bypasspolicylockoutsafetycheck|grantisforawsresource|multiregion|reencryptonsamekey)$/, { presence: 'maybe', type: 'boolean' }],
  [/^kms:(rotationperiodindays|schedulekeydeletionpendingwindowindays|trailingdayswithoutkeyusage)$/, { presence: 'maybe', type: 'number' }],
  [/^kms:requestalias$/, shaped('alias/?*')],
  [/^(aws:(calledvia|tagkeys|principalservicenameslist)|kms:(encryptioncontextkeys|grantoperations))$/, { presence: 'maybe', many: true }],
  [/^(?!(aws|kms):)/, { presence: 'maybe', many: true }], // of identity providers: some are lists
];

/** What no key of the tables is. */
export const ANY_DOMAIN: Domain = { presence: 'maybe' };

/** A key whose value is a part of another's: both are in the request, or neither. */
export interface LinkedKey {
  readonly key: string;
  /** In lower case. */
  readonly whole: string;
  readonly part: Part;
  /** Whether it follows from the request itself, so that its context need not say it. */
  readonly implied: boolean;
}

const linked = (key: string, whole: string, part: Part, implied = true): LinkedKey => ({ key, whole, part, implied });

/** IAM User Guide, AWS global condition context keys; AWS KMS Developer Guide, kms:CallerAccount. */
export const LINKED_KEYS: readonly LinkedKey[] = [
  linked('aws:PrincipalAccount', 'aws:principalarn', between(':', 4)),
  linked('kms:CallerAccount', 'aws:principalarn', between(':', 4)),
  linked('aws:username', 'aws:principalarn', afterLast('/')),
  linked('aws:ResourceAccount', RESOURCE_KEY, between(':', 4)),
  linked('aws:RequestedRegion', RESOURCE_KEY, between(':', 3)),
  linked('aws:PrincipalOrgID', 'aws:principalorgpaths', between('/', 0), false),
  linked('aws:SourceOrgID', 'aws:sourceorgpaths', between('/', 0), false),
  linked('aws:ResourceOrgID', 'aws:resourceorgpaths', between('/', 0), false),
  linked('aws:VpceOrgID', 'aws:vpceorgpaths', between('/', 0), false),
];

/** A service that names the resource for which it calls may name its account as well: the same, where the ARN has one. */
export const SOURCE_ACCOUNT = linked('aws:SourceAccount', 'aws:sourcearn', between(':', 4), false);

/** A call comes over the public endpoint or over a VPC endpoint. IAM User Guide, Properties of the network. */
export const NEVER_TOGETHER: readonly (readonly [RegExp, RegExp])[] = [[/^aws:sourceip$/, /^aws:(sourcevpce?|vpcsourceip|vpce.*)$/]];

const SYMMETRIC = ['CreateGrant', 'Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo', 'RetireGrant',
  'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext', 'GenerateDataKeyWithoutPlaintext'];
const CRYPTOGRAPHIC = [...SYMMETRIC.filter((action) => !action.endsWith('Grant')),
  'Decapsulate', 'DeriveSharedSecret', 'Encapsulate', 'GenerateMac', 'Sign', 'Verify', 'VerifyMac'];

/** The actions that alone have a key. AWS KMS Developer Guide, AWS KMS condition keys; Service Authorization Reference. */
const ACTIONS_OF_KEYS: readonly (readonly [key: RegExp, actions: readonly string[]])[] = [
  [/^kms:encryptioncontext(:|keys$)/, SYMMETRIC],
  [/^kms:encryptionalgorithm$/, SYMMETRIC.filter((action) => !action.endsWith('Grant'))],
  [/^kms:(grantisforawsresource)$/, ['CreateGrant', 'ListGrants', 'RevokeGrant']],
  [/^kms:(grantoperations|grantconstraintsourcearn|grantee(service)?principal|retiring(service)?principal)$/, ['CreateGrant']],
  [/^kms:grantconstrainttype$/, ['CreateGrant', 'RetireGrant']],
  [/^kms:requestalias$/, [...CRYPTOGRAPHIC, 'DescribeKey', 'GetPublicKey']],
  [/^kms:bypasspolicylockoutsafetycheck$/, ['PutKeyPolicy', 'ReplicateKey']],
  [/^kms:datakeypairspec$/, ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext']],
  [/^kms:(expirationmodel|validto)$/, ['ImportKeyMaterial']],
  [/^kms:keyagreementalgorithm$/, ['DeriveSharedSecret']],
  [/^kms:macalgorithm$/, ['GenerateMac', 'VerifyMac']],
  [/^kms:(messagetype|signingalgorithm)$/, ['Sign', 'Verify']],
  [/^kms:primaryregion$/, ['UpdatePrimaryRegion']],
  [/^kms:replicaregion$/, ['ReplicateKey']],
  [/^kms:reencryptonsamekey$/, ['ReEncryptFrom', 'ReEncryptTo']],
  [/^kms:recipientattestation:/, ['Decrypt', 'DeriveSharedSecret', 'GenerateDataKey', 'GenerateDataKeyPair']],
  [/^kms:rotationperiodindays$/, ['EnableKeyRotation']],
  [/^kms:schedulekeydeletionpendingwindowindays$/, ['ScheduleKeyDeletion']],
  [/^kms:trailingdayswithoutkeyusage$/, ['DisableKey', 'ScheduleKeyDeletion']],
  [/^kms:wrapping(algorithm|keyspec)$/, ['GetParametersForImport']],
  [/^aws:(requesttag\/.*|tagkeys)$/, ['TagResource', 'UntagResource', 'ReplicateKey']],
];

const actionsOfKeys = new Memo<readonly string[] | undefined>(1_000);

/** The actions that alone have a key, which is in lower case; undefined for one that all can have. */
export function actionsOfKey(key: string): readonly string[] | undefined {
  return actionsOfKeys.get(key, () => ACTIONS_OF_KEYS.find(([name]) => name.test(key))?.[1]);
}
