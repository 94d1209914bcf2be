import { App, CfnParameter, Fn, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CustomerManagedKey } from '../../src';
import { KeyPolicyAssertions, KeyPolicyAssertionsOptions } from '../../src/governance/key-policy-assertions';
import { ACCOUNT, OTHER_ACCOUNT, REGION } from '../deployed';

const env = { account: ACCOUNT, region: REGION };
const READER = `arn:aws:iam::${ACCOUNT}:role/Reader`;
const WRITER = `arn:aws:iam::${ACCOUNT}:role/Writer`;
const STRANGER = `arn:aws:iam::${OTHER_ACCOUNT}:role/Stranger`;
const LOGS = `logs.${REGION}.amazonaws.com`;
const decrypt = { principal: READER, action: 'kms:Decrypt' };

const ROOT = { Sid: 'Root', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
const statement = (given: object) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...given });
const forReader = (given: object = {}) => statement({ Sid: 'Read', Principal: { AWS: READER }, ...given });
const viaS3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };

function assertionsOf(statements: unknown[], options: KeyPolicyAssertionsOptions = env): KeyPolicyAssertions {
  const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: statements } } };
  return KeyPolicyAssertions.fromTemplate(Template.fromJSON({ Resources: { Key } }), 'Key', options);
}

const newStack = (props: StackProps = {}) => new Stack(new App(), 'Stack', props);
const logicalId = ({ stack, node }: kms.Key | iam.Role) => stack.getLogicalId(node.defaultChild as kms.CfnKey);
const ofKey = (key: kms.Key, options?: KeyPolicyAssertionsOptions) =>
  KeyPolicyAssertions.fromTemplate(Template.fromStack(key.stack), logicalId(key), options);

describe('allows', () => {
  it('what the key policy allows, one after another', () => {
    const assertions = assertionsOf([forReader()]);
    expect(assertions.allows(decrypt).denies({ ...decrypt, principal: WRITER })).toBe(assertions);
  });

  it('fails for what it does not, naming the nearest statement and what is missing', () => {
    expect(() => assertionsOf([forReader({ Condition: { StringEquals: viaS3 } })]).allows(decrypt)).toThrow(
      /^The policy of Key does not allow kms:Decrypt to arn:.*Reader\. No statement .* Nearest: Statement 'Read' .* kms:ViaService .* does not hold/);
  });

  it('fails for what a Deny forbids, by the number of a statement without Sid', () => {
    const deny = statement({ Effect: 'Deny', Principal: '*' });
    expect(() => assertionsOf([forReader(), deny]).allows(decrypt)).toThrow(/Statement 2 of the key policy denies kms:Decrypt/);
  });

  it('never shows a value of the encryption context', () => {
    const request = { ...decrypt, encryptionContext: { tenant: 'secret-name' } };
    expect(() => assertionsOf([]).allows(request)).toThrow(/with kms:EncryptionContext:tenant\. (?!.*secret-name)/);
  });
});

describe('denies', () => {
  it('fails for what the key policy allows, naming the statement', () => {
    expect(() => assertionsOf([forReader()]).denies(decrypt)).toThrow(
      /^The policy of Key does not deny kms:Decrypt to arn:.*Reader\. Statement 'Read' of the key policy allows/);
  });

  it('passes for what a Deny forbids', () => {
    const deny = statement({ Effect: 'Deny', Principal: '*', Condition: { StringNotEquals: { 'kms:EncryptionContext:tenant': 'a' } } });
    assertionsOf([forReader(), deny]).denies(decrypt).denies({ ...decrypt, encryptionContext: { tenant: 'b' } })
      .allows({ ...decrypt, encryptionContext: { tenant: 'a' } });
  });
});

describe('a request', () => {
  it.each([
    [{ 'kms:EncryptionContext:tenant': 'a' }, { encryptionContext: { tenant: 'a' } }],
    [viaS3, { viaService: `s3.${REGION}.amazonaws.com` }],
    [{ 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, { context: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
  ])('has what %j asks for when it is given as %j, and else not', (condition, given) => {
    assertionsOf([forReader({ Condition: { StringEquals: condition } })]).denies(decrypt).allows({ ...decrypt, ...given });
  });

  it('of a service says for whom it works', () => {
    const asked = { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': `arn:aws:logs:*:${ACCOUNT}:*` } };
    const request = { principal: LOGS, action: 'kms:Decrypt' };
    const sourceArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:a`;
    assertionsOf([statement({ Principal: { Service: LOGS }, Condition: asked })])
      .denies(request)
      .denies({ ...request, sourceArn, sourceAccount: OTHER_ACCOUNT })
      .allows({ ...request, sourceArn, sourceAccount: ACCOUNT })
      .denies({ ...request, sourceArn, sourceAccount: ACCOUNT, principal: 'sns.amazonaws.com' });
  });

  it('of a principal whom the key policy leaves to IAM is taken to be allowed there, unless the test says otherwise', () => {
    const assertions = assertionsOf([ROOT]).allows(decrypt).denies({ ...decrypt, identityAllows: false }).denies({ ...decrypt, principal: STRANGER });
    expect(() => assertions.denies(decrypt)).toThrow(/statement 'Root' .*identityAllows: false/i);
    expect(() => assertions.allows({ ...decrypt, identityAllows: false })).toThrow(/has no identity policies/);
  });

  it('of another account takes both halves', () => {
    const request = { ...decrypt, principal: STRANGER };
    assertionsOf([statement({ Principal: { AWS: STRANGER } })]).allows(request).denies({ ...request, identityAllows: false });
  });

  it('with a pattern is for each action that it matches', () => {
    const assertions = assertionsOf([forReader({ Action: ['kms:Encrypt', 'kms:ReEncryptTo'] })]);
    assertions.allows({ ...decrypt, action: 'kms:Encry*' }).denies({ ...decrypt, action: 'kms:Describe*' });
    expect(() => assertions.allows({ ...decrypt, action: 'kms:ReEncrypt*' })).toThrow('kms:ReEncryptFrom');
    expect(() => assertions.denies({ ...decrypt, action: 'kms:ReEncrypt*' })).toThrow('allows kms:ReEncryptTo');
  });

  it.each(['kms:Decyrpt', 'Decrypt', 's3:GetObject', 'kms:ListKeys'])('for %s is refused: a key policy has no say over it, and that is no denial', (action) => {
    expect(() => assertionsOf([ROOT]).denies({ ...decrypt, action })).toThrow(`"${action}"`);
    expect(() => assertionsOf([ROOT]).noOneBut({}, [action])).toThrow(`"${action}"`);
  });

  it('is refused when nobody can make it', () => {
    expect(() => assertionsOf([ROOT]).allows({ ...decrypt, principal: 'arn:aws:iam::1:group/x' })).toThrow(/arn:aws:iam::1:group\/x/);
  });
});

describe('a template of CDK', () => {
  const withReader = (props: StackProps = {}) => {
    const stack = newStack(props);
    const key = new kms.Key(stack, 'Key', { policy: new iam.PolicyDocument() });
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    key.addToResourcePolicy(new iam.PolicyStatement({ sid: 'Read', principals: [reader], actions: ['kms:Decrypt'], resources: ['*'] }));
    return { stack, key, reader };
  };

  it.each([{}, { env }])('names roles by their logical id, with %j', (props) => {
    const { stack, key, reader } = withReader(props);
    const writer = new iam.Role(stack, 'Writer', { assumedBy: reader });
    ofKey(key).allows({ ...decrypt, principal: logicalId(reader) }).denies({ ...decrypt, principal: logicalId(writer) })
      .noOneBut({ principals: [logicalId(reader)] }, ['kms:Decrypt']);
  });

  it('says what an account and a role stand for that only the deployment tells', () => {
    const { key, reader } = withReader();
    const id = logicalId(reader);
    expect(() => ofKey(key).denies({ ...decrypt, principal: id })).toThrow(
      new RegExp(`Statement 'Read' .* 000000000000 stands for AWS::AccountId\\..* arn:aws:iam::000000000000:role/${id} stands for the ARN of ${id}\\.`));
  });

  it('has the account that its key policy names, or the one that the test does', () => {
    const key = (props: StackProps) => new CustomerManagedKey(newStack(props), 'Key');
    expect(ofKey(key({ env })).account).toBe(ACCOUNT);
    expect(ofKey(key({})).account).toBe('000000000000');
    ofKey(key({ env })).allows(decrypt);
    ofKey(key({})).denies(decrypt);
    ofKey(key({}), env).allows(decrypt);
  });

  it('has the Region that the test names', () => {
    const key = new kms.Key(newStack(), 'Key');
    const logGroup = (region: string) => `arn:aws:logs:${region}:${ACCOUNT}:log-group:a`;
    key.grantDecrypt(new iam.ServicePrincipal(LOGS, { conditions: { StringEquals: { 'aws:SourceArn': logGroup(key.stack.region) } } }));
    const request = { principal: LOGS, action: 'kms:Decrypt', sourceArn: logGroup(REGION) };
    ofKey(key, env).allows(request);
    ofKey(key).denies(request);
  });

  it('refuses a logical id of no key, listing the keys', () => {
    const { stack, key, reader } = withReader();
    expect(() => KeyPolicyAssertions.fromTemplate(Template.fromStack(stack), logicalId(reader))).toThrow(`its keys are: ${logicalId(key)}. Give`);
    expect(() => KeyPolicyAssertions.fromTemplate(Template.fromJSON({}), 'Key')).toThrow('its keys are: none.');
  });

  it('refuses a logical id of no caller, listing roles and users', () => {
    const { key, reader } = withReader();
    expect(() => ofKey(key).allows({ ...decrypt, principal: 'Writer' })).toThrow(`no role or user 'Writer'; its roles and users are: ${logicalId(reader)}. Give`);
  });

  it('says nothing of a policy that only the deployment tells', () => {
    const stack = newStack();
    new kms.CfnKey(stack, 'Key', { keyPolicy: new CfnParameter(stack, 'Policy').valueAsString });
    expect(() => KeyPolicyAssertions.fromTemplate(Template.fromStack(stack), 'Key')).toThrow('Nothing can be asserted of Key. Only the deployment tells the key policy');
  });
});

describe('what only the deployment tells', () => {
  const open = { 'Fn::If': ['IsProd', statement({ Principal: { AWS: WRITER } }), { Ref: 'AWS::NoValue' }] };

  it('counts neither for nor against', () => {
    const assertions = assertionsOf([forReader(), open]);
    expect(() => assertions.allows(decrypt)).toThrow('Not decided before the deployment: the policy has an unresolved token in place of statement 2.');
    expect(() => assertions.denies({ ...decrypt, principal: WRITER })).toThrow('Not decided before the deployment: the policy has an unresolved token in place of statement 2.');
  });

  it('does no harm where it does not matter', () => {
    const byParameter = forReader({ Condition: { StringEquals: { 'kms:ViaService': [{ Ref: 'Service' }, `s3.${REGION}.amazonaws.com`] } } });
    const assertions = assertionsOf([byParameter]);
    assertions.denies({ ...decrypt, principal: WRITER }).allows({ ...decrypt, viaService: `s3.${REGION}.amazonaws.com` });
    const sqs = { ...decrypt, viaService: `sqs.${REGION}.amazonaws.com` };
    expect(() => assertions.allows(sqs)).toThrow('Ref');
    expect(() => assertions.denies(sqs)).toThrow('Ref');
  });

  it('is nobody whom a request names, but may be somebody else', () => {
    const stack = newStack({ env });
    const key = new kms.Key(stack, 'Key', { policy: new iam.PolicyDocument() });
    key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.ArnPrincipal(Fn.importValue('reader'))], actions: ['kms:Decrypt'], resources: ['*'] }));
    const assertions = ofKey(key, env).denies(decrypt);
    expect(() => assertions.noOneBut({ accounts: [ACCOUNT] }, ['kms:Decrypt'])).toThrow(/role\/opaque-1 stands for \{"Fn::ImportValue":"reader"\}/);
  });

  it('is not policy variables, which a request fills in', () => {
    const own = forReader({ Condition: { StringEquals: { 'kms:EncryptionContext:of': '${aws:PrincipalTag/team}' } } });
    const request = { ...decrypt, context: { 'aws:PrincipalTag/team': 'a' } };
    assertionsOf([own]).allows({ ...request, encryptionContext: { of: 'a' } }).denies({ ...request, encryptionContext: { of: 'b' } });
  });
});

describe('no one but', () => {
  it('passes for those whom the key policy names, each in its way', () => {
    const statements = [forReader(), statement({ Principal: { Service: LOGS } }), statement({ Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } }),
      statement({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })];
    const callers = { principals: [READER], services: [LOGS], accounts: [OTHER_ACCOUNT], organizations: ['o-a1b2c3d4e5'] };
    const assertions = assertionsOf(statements).noOneBut(callers, ['kms:Decrypt']).noOneBut({}, ['kms:Encrypt', 'kms:ReEncrypt*']);
    for (const left of Object.keys(callers)) {
      expect(() => assertions.noOneBut({ ...callers, [left]: undefined }, ['kms:Decrypt'])).toThrow(/^The policy of Key lets others call kms:Decrypt\. /);
    }
  });

  it('counts services to the account or organization for whose resources they say they work', () => {
    const service = (Condition: object) => statement({ Principal: { Service: LOGS }, Condition });
    const ofLogs = (account: string) => service({ ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:*:${account}:*` } });
    const ofOrganization = service({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } });
    assertionsOf([ofLogs(ACCOUNT)]).noOneBut({ accounts: [ACCOUNT] }, ['kms:Decrypt']);
    assertionsOf([ofOrganization]).noOneBut({ organizations: ['o-a1b2c3d4e5'] }, ['kms:Decrypt']);
    for (const foreign of [ofLogs(OTHER_ACCOUNT), ofLogs('*'), ofOrganization, service({})]) {
      expect(() => assertionsOf([foreign]).noOneBut({ accounts: [ACCOUNT] }, ['kms:Decrypt'])).toThrow(`${LOGS} can call kms:Decrypt`);
    }
  });

  it('counts what services do for resources of the template to the account of the key alone', () => {
    const key = new kms.Key(newStack({ env }), 'Key');
    const bucket = new s3.Bucket(key.stack, 'Bucket');
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('s3.amazonaws.com')], actions: ['kms:Decrypt'], resources: ['*'], conditions: { ArnLike: { 'aws:SourceArn': bucket.bucketArn } },
    }));
    const assertions = ofKey(key, env).noOneBut({ accounts: [ACCOUNT] }, ['kms:Decrypt']);
    expect(() => assertions.noOneBut({ accounts: [OTHER_ACCOUNT], principals: ['*'] }, ['kms:Decrypt'])).toThrow('s3.amazonaws.com can call kms:Decrypt');
  });

  it('fails with a request that shows who else can, and the statement that lets them', () => {
    expect(() => assertionsOf([ROOT, forReader()]).noOneBut({ principals: [READER] }, ['kms:Decrypt'])).toThrow(
      new RegExp(`By statement 'Root' arn:aws:iam::${ACCOUNT}:\\S+ can call kms:Decrypt, if .* Witness: \\{"request":`));
  });

  it('takes the account of the key for one like others', () => {
    const assertions = assertionsOf([ROOT]);
    assertions.noOneBut({ accounts: [assertions.account] }, ['kms:*']);
    expect(() => assertions.noOneBut({}, ['kms:PutKeyPolicy'])).toThrow(/can call kms:PutKeyPolicy/);
  });

  it('refuses to be asked about nothing', () => {
    expect(() => assertionsOf([ROOT]).noOneBut({}, [])).toThrow('no actions');
  });

  it('fails when it is not known, and says why', () => {
    const byTag = statement({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'kms:CallerAccount': '${aws:PrincipalTag/home}' } } });
    expect(() => assertionsOf([byTag]).noOneBut({ accounts: [ACCOUNT] }, ['kms:Decrypt'])).toThrow(
      'The policy of Key may let others call kms:Decrypt. Not decided: the policy has the policy variable ${aws:PrincipalTag/home} of statement 1.');
  });
});
