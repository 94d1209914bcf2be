import { App, Aws, CfnParameter, DefaultStackSynthesizer, Duration, Fn, LegacyStackSynthesizer, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { CustomerManagedKey, CustomerManagedKeyProps, KeyAccess, KeyClaim, KeySharing, KeyUse, KeyWiring } from '../../src';
import { RULES, RuleName } from '../../src/claims/rules';
import { brokenRules, claimsOf, isAllowed, messageOf, synthesised, witnessIn } from '../claims/synthesised';
import { ACCOUNT, OTHER_ACCOUNT, REGION } from '../deployed';

const THIRD_ACCOUNT = '777788889999';
const ORGANIZATION = 'o-a1b2c3d4e5';
const env = { account: ACCOUNT, region: REGION };
const newKey = (props?: CustomerManagedKeyProps, stack = new Stack(new App(), 'Stack', { env })) => new CustomerManagedKey(stack, 'Key', props);
const closedKey = (props?: CustomerManagedKeyProps) => newKey({ access: KeyAccess.KEY_POLICY_ONLY, ...props });
const role = (key: CustomerManagedKey, id: string, roleName?: string) =>
  new iam.Role(Stack.of(key), id, { roleName, assumedBy: new iam.AccountRootPrincipal() });
const importedByToken = (key: CustomerManagedKey) => iam.Role.fromRoleArn(Stack.of(key), 'Imported', Fn.importValue('RoleArn'));
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Orders`;

type Statement = Readonly<Record<string, unknown>>;
const add = (key: CustomerManagedKey, statement: Statement) => {
  key.addToResourcePolicy(iam.PolicyStatement.fromJson({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...statement }));
  return key;
};
const everybody = { AWS: '*' };
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });

type Unreadable = (key: CustomerManagedKey, action: string) => Statement[];

/** What cannot be decided, by the words that say so. */
const UNREADABLE: Record<string, Unreadable> = {
  'the policy variable ${aws:username} of statement': (_, Action) => [
    { Action, Principal: everybody, Condition: { StringEquals: { 'aws:PrincipalTag/team': '${aws:username}' } } },
  ],
  'NotPrincipal of statement': (_, Action) => [{ Action, Principal: everybody }, { Action, Effect: 'Deny', NotPrincipal: root(OTHER_ACCOUNT) }],
  'the intrinsic function Ref of statement': (key, Action) => {
    const organization = new CfnParameter(Stack.of(key), 'Organization').valueAsString;
    return [{ Action, Principal: everybody, Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }];
  },
};

interface ClaimCase {
  readonly name: string;
  readonly key: () => CustomerManagedKey;
  readonly claim: (key: CustomerManagedKey) => KeyClaim;
}

const TRUE: ClaimCase[] = [
  { name: 'neverPublic, of a key shared with an account', key: () => shared(newKey()), claim: () => KeyClaim.neverPublic() },
  { name: 'usableOnlyBy, of a key shared with the account', key: () => shared(newKey()), claim: () => KeyClaim.usableOnlyBy({ accounts: [OTHER_ACCOUNT] }) },
  {
    name: 'usableOnlyBy, of a key shared with the organization',
    key: () => { const key = newKey(); key.shareWith(KeySharing.organization(ORGANIZATION)); return key; },
    claim: () => KeyClaim.usableOnlyBy({ organizations: [ORGANIZATION] }),
  },
  {
    name: 'usableOnlyBy, where a service works for the account that is named',
    key: () => { const key = newKey(); key.authorize(KeyUse.of('logs:log-group', { account: OTHER_ACCOUNT })); return key; },
    claim: () => KeyClaim.usableOnlyBy({ accounts: [OTHER_ACCOUNT] }),
  },
  {
    name: 'usableOnlyBy, where a service works for the organization that is named',
    key: () => add(newKey(), { Principal: { Service: 'backup.amazonaws.com' }, Condition: { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': `${ORGANIZATION}/*` } } }),
    claim: () => KeyClaim.usableOnlyBy({ organizations: [ORGANIZATION] }),
  },
  { name: 'can, of a role that is granted to', key: closedKey, claim: (key) => { const to = role(key, 'Role'); key.grantDecrypt(to); return KeyClaim.can([to], ['kms:Decrypt']); } },
  { name: 'can, left to the IAM of the account', key: newKey, claim: () => KeyClaim.can([new iam.ArnPrincipal(ROLE), new iam.AccountPrincipal(ACCOUNT)], ['kms:GenerateDataKey*']) },
  { name: 'cannot, of another role', key: closedKey, claim: (key) => { key.grantDecrypt(role(key, 'Role')); return KeyClaim.cannot([role(key, 'Other')], ['kms:Decrypt']); } },
  { name: 'cannot, with a wildcard over actions that name no key', key: newKey, claim: () => KeyClaim.cannot([new iam.AccountPrincipal(OTHER_ACCOUNT)], ['kms:*']) },
  {
    name: 'cannot, of a role that is denied by the name it is given',
    key: () => add(newKey(), { Effect: 'Deny', Principal: everybody, Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/Aud*` } } }),
    claim: (key) => KeyClaim.cannot([role(key, 'Role', 'Auditor')], ['kms:Decrypt']),
  },
  {
    name: 'onlyThroughServices, of a key that S3 and a log group use',
    key: () => {
      const key = add(closedKey(), { Principal: root(ACCOUNT), Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } } });
      return withLogGroup(key);
    },
    claim: () => KeyClaim.onlyThroughServices('s3', 'logs'),
  },
  {
    name: 'onlyWithEncryptionContext, where every statement asks for it',
    key: () => add(closedKey(), { Principal: root(ACCOUNT), Condition: { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } } }),
    claim: () => KeyClaim.onlyWithEncryptionContext({ tenant: 'bl*' }),
  },
  { name: 'administratorsCannotUse', key: () => newKey({ admins: [new iam.ArnPrincipal(ROLE)] }), claim: () => KeyClaim.administratorsCannotUse() },
  {
    name: 'administratorsCannotUse, of one whom only the deployment tells',
    key: () => { const key = newKey(); key.grantAdmin(importedByToken(key)); return key; },
    claim: () => KeyClaim.administratorsCannotUse(),
  },
  { name: 'deployRoleKeepsControl', key: newKey, claim: () => KeyClaim.deployRoleKeepsControl() },
  { name: 'deployRoleKeepsControl, in a nested stack', key: () => newKey({}, new NestedStack(new Stack(new App(), 'Stack', { env }), 'Nested')), claim: () => KeyClaim.deployRoleKeepsControl() },
  {
    name: 'deletionWindowAtLeast, where shorter ones are denied',
    key: () => add(newKey(), { Effect: 'Deny', Principal: everybody, Action: 'kms:ScheduleKeyDeletion', Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' } } }),
    claim: () => KeyClaim.deletionWindowAtLeast(Duration.days(14)),
  },
  { name: 'nobodyCan', key: newKey, claim: () => KeyClaim.nobodyCan('nobody replicates it', { actions: ['kms:ReplicateKey'] }) },
];

const FALSE: (ClaimCase & { readonly says: RegExp })[] = [
  { name: 'neverPublic', key: () => add(newKey(), { Principal: everybody }), claim: () => KeyClaim.neverPublic(), says: /can call kms:Decrypt/ },
  {
    name: 'neverPublic, through CreateGrant only',
    key: () => add(newKey(), { Principal: everybody, Action: 'kms:Create*' }),
    claim: () => KeyClaim.neverPublic(),
    says: /can call kms:CreateGrant/,
  },
  { name: 'usableOnlyBy, of a key shared with another account', key: () => shared(newKey()), claim: () => KeyClaim.usableOnlyBy({ accounts: [THIRD_ACCOUNT] }), says: new RegExp(`${OTHER_ACCOUNT}:`) },
  {
    name: 'usableOnlyBy, of an account beside one whom only the deployment tells',
    key: () => { const key = newKey(); key.grantDecrypt(importedByToken(key)); return shared(key); },
    claim: () => KeyClaim.usableOnlyBy({}),
    says: new RegExp(`${OTHER_ACCOUNT}:`),
  },
  {
    name: 'usableOnlyBy, where a service works for an account that is not named',
    key: () => { const key = newKey(); key.authorize(KeyUse.of('cloudwatch:alarm', { account: OTHER_ACCOUNT })); return key; },
    claim: () => KeyClaim.usableOnlyBy({ accounts: [THIRD_ACCOUNT] }),
    says: new RegExp(`cloudwatch.amazonaws.com can call .*aws:SourceAccount ${OTHER_ACCOUNT}`),
  },
  { name: 'cannot, by a grant', key: closedKey, claim: (key) => { const to = role(key, 'Role'); key.grantDecrypt(to); return KeyClaim.cannot([to], ['kms:Decrypt']); }, says: /can call kms:Decrypt/ },
  {
    name: 'cannot, of a service that has a name for each Region',
    key: () => withLogGroup(closedKey()),
    claim: () => KeyClaim.cannot([new iam.ServicePrincipal('logs.amazonaws.com')], ['kms:Decrypt']),
    says: new RegExp(`logs\\.${REGION}\\.amazonaws\\.com can call kms:Decrypt`),
  },
  { name: 'onlyThroughServices, of a key left to IAM', key: newKey, claim: () => KeyClaim.onlyThroughServices('s3'), says: /can call kms:/ },
  {
    name: 'onlyWithEncryptionContext, where one pair of two is asked for',
    key: () => add(closedKey(), { Principal: root(ACCOUNT), Condition: { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } } }),
    claim: () => KeyClaim.onlyWithEncryptionContext({ tenant: 'blue', table: 'orders' }),
    says: /with kms:EncryptionContext:tenant blue/,
  },
  {
    name: 'administratorsCannotUse, when the Deny is overridden in the template',
    key: () => {
      const key = newKey({ admins: [new iam.ArnPrincipal(ROLE)] });
      const denied = key.wiring.findIndex(({ statement: { Effect } }) => Effect === 'Deny');
      (key.node.defaultChild as kms.CfnKey).addPropertyOverride(`KeyPolicy.Statement.${denied}.Action`, 'kms:Sign');
      return key;
    },
    claim: () => KeyClaim.administratorsCannotUse(),
    says: /role\/Orders can call kms:/,
  },
  { name: 'deletionWindowAtLeast, where nothing denies shorter ones', key: newKey, claim: () => KeyClaim.deletionWindowAtLeast(Duration.days(14)), says: /kms:ScheduleKeyDeletionPendingWindowInDays/ },
  { name: 'nobodyCan', key: newKey, claim: () => KeyClaim.nobodyCan('nobody encrypts', { actions: 'kms:Encrypt' }), says: /^The claim 'nobody encrypts' about Stack\/Key is false\. .* can call kms:Encrypt/ },
];

const FALSE_WITHOUT_WITNESS: (ClaimCase & { readonly says: RegExp })[] = [
  { name: 'can, of a role that nothing allows', key: closedKey, claim: (key) => KeyClaim.can([role(key, 'Role')], ['kms:Decrypt', 'kms:Encrypt']), says: /Not possible: kms:Decrypt, kms:Encrypt\. / },
  { name: 'can, of one action of two', key: closedKey, claim: (key) => { const to = role(key, 'Role'); key.grantDecrypt(to); return KeyClaim.can([to], ['kms:Decrypt', 'kms:Encrypt']); }, says: /Not possible: kms:Encrypt\. / },
  {
    name: 'can, of each of several principals',
    key: closedKey,
    claim: (key) => { const to = role(key, 'Role'); key.grantDecrypt(to); return KeyClaim.can([new iam.CompositePrincipal(new iam.ArnPrincipal(ROLE), new iam.ArnPrincipal(to.roleArn))], ['kms:Decrypt']); },
    says: /Not possible: kms:Decrypt\. /,
  },
  {
    name: 'deployRoleKeepsControl, when it is denied',
    key: () => add(newKey(), { Effect: 'Deny', Principal: everybody, Action: 'kms:UpdateKeyDescription', Condition: { ArnNotLike: { 'aws:PrincipalArn': ROLE } } }),
    claim: () => KeyClaim.deployRoleKeepsControl(),
    says: /Not possible: kms:UpdateKeyDescription\. /,
  },
  ...[
    ['without MFA', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['from outside of a VPC', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['from outside of a network', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    ['but through S3', { StringNotEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } }],
  ].map(([how, Condition]) => ({
    name: `deployRoleKeepsControl, when it is denied to all who come ${how}`,
    key: () => add(newKey(), { Effect: 'Deny', Principal: everybody, Action: 'kms:UpdateKeyDescription', Condition }),
    claim: () => KeyClaim.deployRoleKeepsControl(),
    says: /Not possible: kms:UpdateKeyDescription\. .* CloudFormation calls AWS KMS itself/,
  })),
  { name: 'deletionWindowAtLeast, of the stack itself', key: () => newKey({ pendingWindow: Duration.days(7) }), claim: () => KeyClaim.deletionWindowAtLeast(Duration.days(8)), says: /'pendingWindow' of the key is 7 days/ },
  {
    name: 'deletionWindowAtLeast, when it is overridden in the template',
    key: () => { const key = newKey(); (key.node.defaultChild as kms.CfnKey).addPropertyOverride('PendingWindowInDays', 7); return key; },
    claim: () => KeyClaim.deletionWindowAtLeast(Duration.days(8)),
    says: /'pendingWindow' of the key is 7 days/,
  },
];

function inText(text: string): RegExp {
  return new RegExp(text.replace(/[${}]/g, '\\$&'));
}

/** Claims of which one statement that cannot be decided makes another question. */
const OF_EVERYBODY: Record<string, { readonly claim: () => KeyClaim; readonly action?: string; readonly beside?: Statement }> = {
  neverPublic: { claim: () => KeyClaim.neverPublic() },
  usableOnlyBy: { claim: () => KeyClaim.usableOnlyBy({ accounts: [OTHER_ACCOUNT] }) },
  can: { claim: () => KeyClaim.can([new iam.ArnPrincipal(ROLE)], ['kms:Decrypt']) },
  cannot: { claim: () => KeyClaim.cannot([new iam.ArnPrincipal(ROLE)], ['kms:Decrypt']) },
  onlyThroughServices: { claim: () => KeyClaim.onlyThroughServices('s3') },
  onlyWithEncryptionContext: { claim: () => KeyClaim.onlyWithEncryptionContext({ tenant: 'blue' }) },
  administratorsCannotUse: { claim: () => KeyClaim.administratorsCannotUse(), action: 'kms:CreateGrant' },
  deletionWindowAtLeast: {
    claim: () => KeyClaim.deletionWindowAtLeast(Duration.days(14)),
    action: 'kms:ScheduleKeyDeletion',
    beside: { Effect: 'Deny', Principal: root(ACCOUNT), Action: 'kms:*', Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' } } },
  },
  nobodyCan: { claim: () => KeyClaim.nobodyCan('nobody decrypts', { actions: 'kms:Decrypt' }) },
};

const UNKNOWN: (ClaimCase & { readonly says: RegExp })[] = [
  ...Object.entries(UNREADABLE).flatMap(([says, unreadable]) => Object.entries(OF_EVERYBODY).map(([name, { claim, action, beside }]) => (
    { name: `${name}, because of ${says}`, key: () => withUnreadable(unreadable, action ?? 'kms:Decrypt', beside ? add(adminWithoutDeny(), beside) : adminWithoutDeny()), claim, says: inText(says) }))),
  {
    name: 'deployRoleKeepsControl, because of a Deny for whom NotPrincipal leaves',
    key: () => add(newKey(), { Effect: 'Deny', NotPrincipal: root(OTHER_ACCOUNT), Action: 'kms:TagResource' }),
    claim: () => KeyClaim.deployRoleKeepsControl(),
    says: /Not certain: kms:TagResource\. Not decided: the policy has NotPrincipal/,
  },
  {
    name: 'deployRoleKeepsControl, because of a Deny for whom a token tells',
    key: () => {
      const key = newKey();
      const organization = new CfnParameter(Stack.of(key), 'Organization').valueAsString;
      return add(key, { Effect: 'Deny', Principal: everybody, Action: 'kms:TagResource', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': organization } } });
    },
    claim: () => KeyClaim.deployRoleKeepsControl(),
    says: /Not certain: kms:TagResource\. Not decided: the policy has the intrinsic function Ref/,
  },
  {
    name: 'usableOnlyBy, when a grantee is known after deployment only',
    key: () => { const key = newKey(); key.grantDecrypt(importedByToken(key)); return key; },
    claim: () => KeyClaim.usableOnlyBy({}),
    says: /stands for \{"Fn::ImportValue":"RoleArn"\}/,
  },
  {
    name: 'cannot, when whom the policy allows may be the role',
    key: () => { const key = closedKey(); key.grantDecrypt(importedByToken(key)); return key; },
    claim: () => KeyClaim.cannot([new iam.ArnPrincipal(ROLE)], ['kms:Decrypt']),
    says: /ImportValue/,
  },
  {
    name: 'cannot, when the role may be of the account, which leaves it to IAM',
    key: newKey,
    claim: (key) => KeyClaim.cannot([importedByToken(key)], ['kms:Decrypt']),
    says: /can call kms:Decrypt/,
  },
  {
    name: 'can, when the role may be of the account, which leaves it to IAM',
    key: newKey,
    claim: (key) => KeyClaim.can([importedByToken(key)], ['kms:Decrypt']),
    says: /Not certain: kms:Decrypt\. It depends on who/,
  },
  {
    name: 'can, when whom the policy denies may be the role',
    key: () => { const key = newKey(); key.grantAdmin(importedByToken(key)); return key; },
    claim: () => KeyClaim.can([new iam.ArnPrincipal(ROLE)], ['kms:Decrypt']),
    says: /It depends on who/,
  },
  { name: 'can, of who is no principal of a key policy', key: newKey, claim: () => KeyClaim.can([new iam.FederatedPrincipal('accounts.google.com')], ['kms:Decrypt']), says: /is no role, user, account or service/ },
  { name: 'cannot, of an organization', key: () => shared(newKey()), claim: () => KeyClaim.cannot([new iam.OrganizationPrincipal(ORGANIZATION)], ['kms:Decrypt']), says: /is no role, user, account or service/ },
  { name: 'administratorsCannotUse, when there are none', key: newKey, claim: () => KeyClaim.administratorsCannotUse(), says: /has no administrators/ },
  {
    name: 'deployRoleKeepsControl, when the synthesizer knows no role',
    key: () => newKey({}, new Stack(new App(), 'Stack', { env, synthesizer: new LegacyStackSynthesizer() })),
    claim: () => KeyClaim.deployRoleKeepsControl(),
    says: /names no execution role/,
  },
  { name: 'neverPublic, of a policy that AWS KMS refuses', key: () => withoutResource(newKey()), claim: () => KeyClaim.neverPublic(), says: /./ },
];

function shared(key: CustomerManagedKey): CustomerManagedKey {
  key.shareWith(KeySharing.account(OTHER_ACCOUNT));
  return key;
}

function withLogGroup(key: CustomerManagedKey): CustomerManagedKey {
  new logs.LogGroup(Stack.of(key), 'LogGroup', { encryptionKey: key });
  return key;
}

function withUnreadable(unreadable: Unreadable, action: string, key: CustomerManagedKey): CustomerManagedKey {
  unreadable(key, action).forEach((statement) => add(key, statement));
  return key;
}

function adminWithoutDeny(): CustomerManagedKey {
  const key = closedKey({ admins: [new iam.ArnPrincipal(ROLE)] });
  const denied = key.wiring.findIndex(({ statement: { Effect } }) => Effect === 'Deny');
  (key.node.defaultChild as kms.CfnKey).addPropertyOverride(`KeyPolicy.Statement.${denied}.Action`, 'kms:Sign');
  return key;
}

function withoutResource(key: CustomerManagedKey): CustomerManagedKey {
  (key.node.defaultChild as kms.CfnKey).addPropertyOverride('KeyPolicy.Statement.0.Condition', { StringSmells: { 'aws:PrincipalArn': 'x' } });
  return key;
}

function claimed({ key: build, claim }: ClaimCase): CustomerManagedKey {
  const key = build();
  key.claim(claim(key));
  return key;
}

describe('a claim', () => {
  it.each(TRUE.map((each) => [each.name, each] as const))('is true: %s', (_, each) => expect(claimsOf(claimed(each))).toEqual([]));

  it.each(FALSE.map((each) => [each.name, each] as const))('is false, and the policy allows its witness: %s', (_, each) => {
    const key = claimed(each);
    const [message, ...others] = claimsOf(key);
    expect(others).toEqual([]);
    expect(message).toMatch(/ about Stack\/Key is false\. /);
    expect(message).toMatch(each.says);
    expect(isAllowed(message!, key, { RoleArn: `arn:aws:iam::${THIRD_ACCOUNT}:role/Theirs` })).toBe(true);
  });

  it.each(FALSE_WITHOUT_WITNESS.map((each) => [each.name, each] as const))('is false: %s', (_, each) => {
    expect(claimsOf(claimed(each))).toEqual([expect.stringMatching(/ about Stack\/Key is false\. /)]);
    expect(claimsOf(claimed(each))[0]).toMatch(each.says);
  });

  it.each(UNKNOWN.map((each) => [each.name, each] as const))('is unknown, and says why: %s', (_, each) => {
    expect(claimsOf(claimed(each))).toEqual([expect.stringMatching(/ about Stack\/Key is unknown\. /)]);
    expect(claimsOf(claimed(each))[0]).toMatch(each.says);
  });

  it('is about what the policy is in the end, whenever it is made', () => {
    const key = newKey();
    key.claim(KeyClaim.neverPublic());
    expect(claimsOf(key)).toEqual([]);
    add(key, { Principal: everybody });
    expect(claimsOf(key)).toHaveLength(1);
  });

  it('stands in a template that a claim about the deployment itself can name, whatever accounts stand in', () => {
    const key = newKey({}, new Stack(new App(), 'Stack'));
    add(key, { Principal: { AWS: Fn.importValue('RoleArn') } });
    key.claim(KeyClaim.usableOnlyBy({ accounts: ['000000000000', '000000000001', '000000000002'] }));
    expect(claimsOf(key)).toEqual([expect.stringMatching(/is unknown/)]);
  });

  it.each<[string, () => KeyClaim]>([
    ["'1234' is not an account id; that is 12 digits. Correct it.", () => KeyClaim.usableOnlyBy({ accounts: ['1234'] })],
    ['is not an organization id', () => KeyClaim.usableOnlyBy({ organizations: ['r-1234'] })],
    ["'kms:Decript' is no action of AWS KMS", () => KeyClaim.can([new iam.ArnPrincipal(ROLE)], ['kms:Decript'])],
    ['names no key', () => KeyClaim.cannot([new iam.ArnPrincipal(ROLE)], ['kms:ListKeys'])],
    ['about no principal', () => KeyClaim.cannot([], ['kms:Decrypt'])],
    ['is given no service', () => KeyClaim.onlyThroughServices()],
    ["'s3.amazonaws.com' is not the name of a service", () => KeyClaim.onlyThroughServices('s3.amazonaws.com')],
    ['is given no pair', () => KeyClaim.onlyWithEncryptionContext({})],
    ['whole days from 7 to 30', () => KeyClaim.deletionWindowAtLeast(Duration.days(31))],
    ['whole days from 7 to 30', () => KeyClaim.deletionWindowAtLeast(Duration.hours(180))],
    ['no action', () => KeyClaim.nobodyCan('nothing', { actions: [] })],
    ["What 'a slip' asks is no question: it has 'who.acounts'", () => KeyClaim.nobodyCan('a slip', { actions: 'kms:Decrypt', who: { acounts: [OTHER_ACCOUNT] } })],
    ["'who' names nobody", () => KeyClaim.nobodyCan('nobody', { actions: 'kms:Decrypt', who: { accounts: [], anyone: false } })],
  ])('that says nothing is refused when it is made: %s', (message, claim) => expect(claim).toThrow(message));
});

interface RuleCase {
  readonly name: string;
  readonly rule: RuleName;
  readonly key: () => CustomerManagedKey;
}

const foreignService = (Condition?: unknown): Statement => ({ Principal: { Service: 'backup.amazonaws.com' }, ...Condition ? { Condition } : {} });
const ruleToTopic = (props?: CustomerManagedKeyProps) => {
  const key = newKey(props);
  const topic = new sns.Topic(Stack.of(key), 'Topic', { masterKey: key });
  new events.Rule(Stack.of(key), 'Rule', { eventPattern: { source: ['orders'] }, targets: [new targets.SnsTopic(topic)] });
  return key;
};

const FOUND: RuleCase[] = [
  { name: 'a Resource that is not *', rule: 'accepted', key: () => add(newKey(), { Principal: root(ACCOUNT), Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1` }) },
  { name: 'an operator that IAM does not know', rule: 'accepted', key: () => withoutResource(newKey()) },
  { name: 'everybody', rule: 'notPublic', key: () => add(newKey(), { Principal: everybody }) },
  { name: 'everybody through S3', rule: 'notPublic', key: () => add(newKey(), { Principal: everybody, Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } } }) },
  {
    name: 'nobody who can change the policy',
    rule: 'notLockedOut',
    key: () => newKey({ policy: iam.PolicyDocument.fromJson({ Statement: [{ Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:Decrypt', Resource: '*' }] }) }),
  },
  { name: 'a Deny outside of the organization, which services are', rule: 'servicesWork', key: () => add(withLogGroup(newKey()), { Effect: 'Deny', Principal: everybody, Action: 'kms:*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION } } }) },
  { name: 'a service for any account', rule: 'servicesScoped', key: () => add(newKey(), foreignService()) },
  { name: 'a service for an account that nobody authorized', rule: 'servicesScoped', key: () => add(newKey(), foreignService({ StringEquals: { 'aws:SourceAccount': OTHER_ACCOUNT } })) },
  { name: 'a service for any bucket, whose ARNs name no account', rule: 'servicesScoped', key: () => add(newKey(), foreignService({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } })) },
  { name: 'a service that need not say for whom it works', rule: 'servicesScoped', key: () => add(newKey(), foreignService({ StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } })) },
  {
    name: 'a service for the log groups of any account that are named like one',
    rule: 'servicesScoped',
    key: () => add(newKey(), { Principal: { Service: `logs.${REGION}.amazonaws.com` }, Condition: { StringLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:*:*:log-group:${ACCOUNT}:*` } } }),
  },
  { name: 'a service for the log groups of any account', rule: 'servicesScoped', key: () => add(withLogGroup(newKey()), { Principal: { Service: `logs.${REGION}.amazonaws.com` }, Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:*:*:*' } } }) },
  { name: 'a rule into an encrypted topic', rule: 'residualsNamed', key: ruleToTopic },
  { name: 'another account, by hand', rule: 'nothingBeyond', key: () => add(newKey(), { Principal: root(OTHER_ACCOUNT) }) },
  {
    name: 'another account, by hand, beside a service that works for it',
    rule: 'nothingBeyond',
    key: () => { const key = newKey(); key.authorize(KeyUse.of('logs:log-group', { account: OTHER_ACCOUNT })); return add(key, { Principal: root(OTHER_ACCOUNT) }); },
  },
  {
    name: 'another account, by hand, beside one whom only the deployment tells',
    rule: 'nothingBeyond',
    key: () => { const key = newKey(); return add(add(key, { Principal: { AWS: Fn.importValue('RoleArn') } }), { Principal: root(OTHER_ACCOUNT) }); },
  },
  { name: 'an encryption context on DescribeKey', rule: 'noIdleStatement', key: () => add(newKey(), { Action: 'kms:DescribeKey', Principal: root(ACCOUNT), Condition: { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } } }) },
  { name: 'a misspelt action', rule: 'noIdleStatement', key: () => add(newKey(), { Action: ['kms:Decrypt', 'kms:Decyrpt'], Principal: root(ACCOUNT) }) },
  ...Object.entries(UNREADABLE).map(([name, unreadable]): RuleCase => (
    { name, rule: 'decided', key: () => withUnreadable(unreadable, 'kms:Decrypt', withLogGroup(newKey())) })),
  {
    name: 'a Deny that may be for a service',
    rule: 'decided',
    key: () => {
      const key = withLogGroup(newKey());
      const account = new CfnParameter(Stack.of(key), 'Account').valueAsString;
      return add(key, { Effect: 'Deny', Principal: everybody, Action: 'kms:Encrypt', Condition: { StringEquals: { 'aws:SourceAccount': account } } });
    },
  },
  { name: 'somebody, by hand, whom only the deployment tells', rule: 'decided', key: () => add(newKey(), { Principal: { AWS: Fn.importValue('RoleArn') } }) },
  {
    name: 'the account by number, in a stack for any account',
    rule: 'decided',
    key: () => newKey({ policy: iam.PolicyDocument.fromJson({ Statement: [{ Effect: 'Allow', Principal: root(ACCOUNT), Action: 'kms:*', Resource: '*' }] }) }, new Stack(new App(), 'Stack')),
  },
];

describe('a rule', () => {
  it.each(FOUND.map((each) => [each.name, each] as const))('is broken by %s', (_, { rule, key: build }) => {
    const key = build();
    const { errors, warnings } = synthesised(key);
    const message = messageOf(rule, key);
    expect(RULES[rule].severity === 'error' ? errors : warnings).toContain(message);
    expect(message).toContain(`Stack/Key breaks the rule '${RULES[rule].title}'. `);
    expect(message).toContain(` ${RULES[rule].remedy} (${RULES[rule].source}.)`);
    expect(message).not.toMatch(/\.\.|\.\)\.|undefined|\[object/);
  });

  it.each(FOUND.filter(({ rule }) => ['notPublic', 'servicesScoped', 'nothingBeyond'].includes(rule)).map((each) => [each.name, each] as const))(
    'shows a request that the policy allows: %s', (_, { rule, key: build }) => {
      const key = build();
      expect(isAllowed(messageOf(rule, key), key, { RoleArn: `arn:aws:iam::${THIRD_ACCOUNT}:role/Theirs` })).toBe(true);
    });

  it.each(Object.keys(RULES) as RuleName[])('is found in a case: %s', (rule) => expect(FOUND.map((each) => each.rule)).toContain(rule));

  it.each(FOUND.flatMap((each) => ['on the key', 'above it'].map((where) => [each.name, where, each] as const)))('is acknowledged, as broken by %s, %s', (_, where, { rule, key: build }) => {
    const key = build();
    Validations.of(where === 'on the key' ? key : Stack.of(key)).acknowledge({ id: RULES[rule].id, reason: 'It is meant to be so.' });
    expect(brokenRules(key)).not.toContain(rule);
  });

  it('is acknowledged in the form that plugins have, too', () => {
    const { rule, key: build } = FOUND[0]!;
    const key = build();
    Validations.of(key).acknowledge({ id: RULES[rule].id.replace(':', '::'), reason: 'It is meant to be so.' });
    expect(brokenRules(key)).not.toContain(rule);
  });

  it.each<[string, () => CustomerManagedKey]>([
    ['an account that the key is shared with', () => add(shared(newKey()), { Principal: root(OTHER_ACCOUNT) })],
    ['a role of another account that is granted to', () => { const key = newKey(); key.grantDecrypt(iam.Role.fromRoleArn(Stack.of(key), 'Theirs', `arn:aws:iam::${OTHER_ACCOUNT}:role/Theirs`)); return key; }],
    ['an organization that the key is shared with', () => { const key = newKey(); key.shareWith(KeySharing.organization(ORGANIZATION)); return key; }],
    ['everybody of the account through S3', () => add(newKey(), { Principal: everybody, Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT } } })],
    ['a service for resources of the account', () => add(newKey(), foreignService({ StringEquals: { 'aws:SourceAccount': ACCOUNT } }))],
    ['a service for a resource of the template', () => { const key = newKey(); return add(key, foreignService({ ArnEquals: { 'aws:SourceArn': new sns.Topic(Stack.of(key), 'Topic').topicArn } })); }],
    ['a service for a bucket of the template', () => { const key = newKey(); return add(key, foreignService({ ArnLike: { 'aws:SourceArn': new s3.Bucket(Stack.of(key), 'Bucket').bucketArn } })); }],
    ['a service for a part of a resource of the template', () => {
      const key = newKey();
      const topic = new sns.CfnTopic(Stack.of(key), 'Topic');
      return add(key, foreignService({ ArnEquals: { 'aws:SourceArn': `arn:aws:cloudfront::${Aws.ACCOUNT_ID}:distribution/${topic.ref}` } }));
    }],
    ['a service that is authorized for another account', () => { const key = newKey({ wiring: KeyWiring.EXPLICIT }); key.authorize(KeyUse.of('s3:notification', { account: OTHER_ACCOUNT })); return key; }],
    ['a Deny outside of the organization that spares services', () => add(withLogGroup(newKey()), {
      Effect: 'Deny', Principal: everybody, Action: 'kms:*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    })],
    ['a role whose name only the deployment tells', () => {
      const key = newKey();
      return add(key, { Principal: { AWS: Fn.sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Name}', { Name: new CfnParameter(Stack.of(key), 'Name').valueAsString }) } });
    }],
    ['a role of another stack', () => {
      const key = newKey();
      key.grantDecrypt(new iam.Role(new Stack(Stack.of(key).node.scope!, 'Other', { env }), 'Role', { assumedBy: new iam.AccountRootPrincipal(), roleName: 'Other' }));
      return key;
    }],
    ['a role that is imported by its token and granted to', () => { const key = newKey(); key.grantDecrypt(importedByToken(key)); return key; }],
    ['an account that only the deployment tells, and is granted to', () => { const key = newKey(); key.grantDecrypt(new iam.AccountPrincipal(new CfnParameter(Stack.of(key), 'Account').valueAsString)); return key; }],
  ])('is not broken by %s', (_, build) => expect(brokenRules(build())).toEqual([]));

  it.each(FOUND.filter(({ rule }) => rule === 'decided').map((each) => [each.name, each] as const))('is not taken for a policy that AWS KMS refuses: %s', (_, { key: build }) =>
    expect(brokenRules(build())).not.toContain('accepted'));

  it('names every statement that is to blame, not the first alone', () => {
    const key = add(add(newKey(), { ...foreignService(), Sid: 'One' }), { Sid: 'Two', Principal: { Service: 'rds.amazonaws.com' } });
    const messages = synthesised(key).warnings.filter((message) => message.includes(RULES.servicesScoped.id));
    expect(messages.map((message) => /By statement '(\w+)'/.exec(message)?.[1])).toEqual(['One', 'Two']);
  });

  it('names a residual, what compensates it, and no longer when a Deny closes it', () => {
    expect(brokenRules(ruleToTopic())).toEqual(['residualsNamed']);
    expect(messageOf('residualsNamed', ruleToTopic())).toMatch(/Rule sends to .*the topic's own resource policy/);
    const closed = add(ruleToTopic(), { Effect: 'Deny', Principal: { Service: 'events.amazonaws.com' }, Action: 'kms:*', Condition: { Null: { 'aws:SourceAccount': 'true' } } });
    expect(brokenRules(closed)).toEqual(['servicesWork']);
    const { request } = witnessIn(messageOf('servicesWork', closed));
    expect(request).toMatchObject({ principal: 'events.amazonaws.com', action: 'kms:Decrypt', context: {} });
  });
});

describe('nothing is found of', () => {
  const SPECS: [kms.KeySpec, kms.KeyUsage][] = [
    [kms.KeySpec.SYMMETRIC_DEFAULT, kms.KeyUsage.ENCRYPT_DECRYPT], [kms.KeySpec.HMAC_256, kms.KeyUsage.GENERATE_VERIFY_MAC],
    [kms.KeySpec.RSA_2048, kms.KeyUsage.ENCRYPT_DECRYPT], [kms.KeySpec.RSA_4096, kms.KeyUsage.SIGN_VERIFY],
    [kms.KeySpec.ECC_NIST_P256, kms.KeyUsage.SIGN_VERIFY], [kms.KeySpec.ECC_NIST_P384, kms.KeyUsage.KEY_AGREEMENT],
  ];

  it.each(Object.values(KeyAccess).flatMap((access) => SPECS.map(([keySpec, keyUsage]) => [keySpec, keyUsage, access] as const)))('a key of %s for %s, %s', (keySpec, keyUsage, access) =>
    expect(brokenRules(newKey({ keySpec, keyUsage, access, admins: [new iam.ArnPrincipal(ROLE)] }))).toEqual([]));

  it('a multi-Region key', () => expect(brokenRules(newKey({ multiRegion: true, admins: [new iam.ArnPrincipal(ROLE)] }))).toEqual([]));

  it("a key with AWS's default policy", () => {
    const policy = iam.PolicyDocument.fromJson({ Statement: [{ Effect: 'Allow', Principal: root(ACCOUNT), Action: 'kms:*', Resource: '*' }] });
    expect(brokenRules(newKey({ policy }))).toEqual([]);
  });

  it('a key and the one that it takes over from', () => {
    const previous = newKey();
    const key = withLogGroup(new CustomerManagedKey(Stack.of(previous), 'Next', { previousKeys: [previous] }));
    expect([brokenRules(previous), brokenRules(key)]).toEqual([[], []]);
  });

  it.each([undefined, 'cn-north-1', 'us-gov-west-1'])('a key in a nested stack in %s', (region) => {
    const stack = new Stack(new App(), 'Stack', { env: region === undefined ? {} : { account: ACCOUNT, region } });
    const key = withLogGroup(newKey({}, new NestedStack(stack, 'Nested')));
    key.claim(KeyClaim.neverPublic(), KeyClaim.usableOnlyBy({}), KeyClaim.deployRoleKeepsControl());
    expect(brokenRules(key)).toEqual([]);
  });

  it('a key whose stack is deployed by a role of its own', () => {
    const synthesizer = new DefaultStackSynthesizer({ cloudFormationExecutionRole: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy/Orders' });
    const key = newKey({}, new Stack(new App(), 'Stack', { env, synthesizer }));
    key.claim(KeyClaim.deployRoleKeepsControl());
    expect(brokenRules(key)).toEqual([]);
  });
});
