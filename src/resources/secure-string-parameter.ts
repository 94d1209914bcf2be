import { createHash } from 'node:crypto';
import { CustomResource, Duration, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { refuseUnfitKey } from './encryption-key';
import { ForwardedPrincipal } from './forwarded-principal';
import { FinishedParameter, sameName, tooManyParameters, tooManyTags } from './parameter-findings';
import { parameterArn, refuseBadName } from './parameter-name';
import { acknowledgeRule } from './scanner-rules';
import { ParameterProperties, RESOURCE_TYPE } from './secure-string/contract';
import { SecureStringValue } from './secure-string-value';
import { HandlerFunction } from '../custom-resource/handler-function';
import { SSM_PARAMETER_STORE } from '../services/ssm-parameter-store';

const SSM = SSM_PARAMETER_STORE.forwards!;

const TIMEOUT = Duration.minutes(5);

/** The value's length in bytes (AWS Systems Manager User Guide, Managing parameter tiers). */
const MAX_VALUE = { Standard: 4096, Advanced: 8192 };

/** AWS Systems Manager API Reference, PutParameter. */
const MAX_DESCRIPTION = 1024;

const OWN_POLICY = {
  names: { HIPAA: 'IAMNoInlinePolicy', R4: 'IAMNoInlinePolicy', R5: 'IAMNoInlinePolicy', PCI: 'IAMNoInlinePolicy' },
  reason: 'The policy is for one parameter and one role, and comes and goes with that parameter: it must not be attached to anything else.',
};

/** Properties of a `SecureStringParameter`. */
export interface SecureStringParameterProps {
  /** The key that encrypts the value: a symmetric encryption key of this Region. */
  readonly encryptionKey: kms.IKey;

  /**
   * The name: letters, digits and . - _, in up to 15 levels that each begin with /.
   *
   * Another one makes another parameter with a new value; the old one is deleted when the deployment succeeds.
   */
  readonly parameterName: string;

  /** Where the value comes from. */
  readonly value: SecureStringValue;

  /**
   * What the parameter is for: up to 1024 characters, readable without the key.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The tier: STANDARD for values of up to 4 KB, ADVANCED for up to 8 KB at a price.
   *
   * An advanced parameter cannot become a standard one: Parameter Store has no way back. A deployment that takes back the change
   * to ADVANCED, as a roll-back does, succeeds and leaves the parameter advanced.
   *
   * @default ssm.ParameterTier.STANDARD
   */
  readonly tier?: ssm.ParameterTier;

  /**
   * What becomes of the parameter when it leaves the stack, or gets another name.
   *
   * A deleted parameter and its value are gone at once.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A SecureString parameter of AWS Systems Manager, which CloudFormation itself cannot make.
 *
 * A Lambda function, one for all parameters of a stack, makes the value or copies it from a secret. The value is in no template,
 * event, log or response. A parameter of the same name that this resource did not make is never overwritten or deleted.
 * A deployment that changes description, tier or key keeps the value as it is by then; other settings of the value make another
 * one; one that is rolled back finds the value that was there before. `Tags.of(parameter)` works. About 15 parameters fit in a stack,
 * because IAM limits the policies of the function's role; a nested stack has a function of its own.
 *
 * @see AWS Systems Manager User Guide, How AWS Systems Manager Parameter Store uses AWS KMS
 */
export class SecureStringParameter extends Resource implements ssm.IParameter, ITaggableV2 {
  /** The ARN of the parameter, once it exists. */
  public readonly parameterArn: string;

  /** The name of the parameter, once it exists. */
  public readonly parameterName: string;

  /** Always SecureString. */
  public readonly parameterType: string = 'SecureString';

  /** The version that this deployment wrote. */
  public readonly version: string;

  /** The key that encrypts the value. */
  public readonly encryptionKey: kms.IKey;

  /** The tags of the parameter. */
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, RESOURCE_TYPE);

  /** As text, without a reference to the resource, so that a key policy can hold it. */
  private readonly arn: string;

  private readonly name: string;
  private readonly access: iam.Policy;

  /**
   * Defines the parameter.
   *
   * @throws when Parameter Store would refuse the name, the description or the length of the value, and when the key cannot encrypt
   * parameters of this Region or be granted
   */
  constructor(scope: Construct, id: string, props: SecureStringParameterProps) {
    super(scope, id);
    refuseMissing(this, props);
    refuseBadName(this, props.parameterName);
    refuseUnfitKey(this, 'encryptionKey', props.encryptionKey);
    refuseLongTexts(this, props);
    this.encryptionKey = props.encryptionKey;
    this.name = props.parameterName;
    this.arn = parameterArn(this, this.name);
    const handler = this.handler();
    this.access = this.allowHandler(handler.role, props);
    const resource = this.resource(handler, props);
    this.parameterName = resource.ref;
    this.parameterArn = resource.getAttString('Arn');
    this.version = resource.getAttString('Version');
    this.node.addValidation({ validate: () => this.findings() });
  }

  /** A reference to this parameter. */
  public get parameterRef(): ssm.ParameterReference {
    return { parameterName: this.parameterName };
  }

  /** Lets the grantee read the parameter, and decrypt it with the key through Parameter Store. */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['ssm:DescribeParameters', 'ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters'], SSM.read);
  }

  /**
   * Lets the grantee write new versions, and encrypt them with the key through Parameter Store.
   *
   * Each PutParameter must name the key (`KeyId`): without it, Parameter Store encrypts under aws/ssm.
   */
  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['ssm:PutParameter'], SSM.write);
  }

  private grant(grantee: iam.IGrantable, actions: string[], keyActions: readonly string[]): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arn] })
      .combine(this.grantKey(grantee.grantPrincipal, keyActions));
  }

  private grantKey(caller: iam.IPrincipal, actions: readonly string[], policy?: iam.Policy): iam.Grant {
    const forwarded = new ForwardedPrincipal({ caller, policy, by: SSM, region: this.env.region, key: this.encryptionKey, context: this.arn });
    const grant = this.encryptionKey.grant(forwarded, ...actions);
    if (grant.success) return grant;
    throw new Error(`[${this.node.path}] ${this.encryptionKey.node.path} grants ${caller} nothing: the principal takes no policies, and the policy of the key `
      + 'is not of this app. Let the principal take policies, or name it in the policy of the key where that is made.');
  }

  private handler(): HandlerFunction {
    return HandlerFunction.ofStack(this, {
      bundle: 'resources/secure-string-parameter',
      description: 'Makes the SecureString parameters of this stack',
      timeout: TIMEOUT,
    });
  }

  private resource(handler: HandlerFunction, props: SecureStringParameterProps): CustomResource {
    const resource = new CustomResource(this, 'Resource', {
      resourceType: RESOURCE_TYPE,
      serviceToken: handler.function.functionArn,
      serviceTimeout: TIMEOUT.plus(Duration.minutes(1)), // for an answer that does not come
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      properties: this.properties(props),
    });
    resource.node.addDependency(handler, this.access);
    return resource;
  }

  private properties(props: SecureStringParameterProps): Record<keyof ParameterProperties, unknown> {
    const { parameterName, encryptionKey, tier, description, value } = props;
    return {
      Name: parameterName,
      Arn: this.arn,
      KeyId: encryptionKey.keyArn,
      Tier: tier ?? ssm.ParameterTier.STANDARD,
      Description: description,
      Tags: this.cdkTagManager.renderedTags,
      Value: value._settings,
    };
  }

  /**
   * The handler's permissions for this parameter under this key. Another name or key makes another policy, and CloudFormation
   * takes the old one away last: so the old value can be read under the old key, and the old parameter deleted.
   */
  private allowHandler(role: iam.Role, { parameterName, encryptionKey, value }: SecureStringParameterProps): iam.Policy {
    const policy = new iam.Policy(this, `Access${digest(this.stack.resolve([parameterName, encryptionKey.keyArn]))}`, { roles: [role] });
    policy.addStatements(new iam.PolicyStatement({
      actions: [
        'ssm:AddTagsToResource', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:PutParameter',
        'ssm:RemoveTagsFromResource',
      ],
      resources: [this.arn],
    }));
    this.grantKey(role, [...SSM.write, ...SSM.read], policy);
    value._grantRead(role);
    acknowledgeRule(policy, OWN_POLICY);
    return policy;
  }

  private findings(): string[] {
    const parameters = this.stack.node.findAll().filter((each) => each instanceof SecureStringParameter);
    const all = parameters.filter(({ stack }) => stack === this.stack).map((each) => each.finished());
    const mine = this.finished();
    return [...sameName(mine, all), ...tooManyTags(mine), ...all[0]!.path === mine.path ? tooManyParameters(all) : []];
  }

  private finished(): FinishedParameter {
    return {
      path: this.node.path,
      name: JSON.stringify(this.stack.resolve(this.name)),
      tags: this.cdkTagManager.renderTags() ?? {},
      policy: this.stack.resolve(this.access.document),
    };
  }
}

/** TypeScript asks for these; plain JavaScript does not. What was given is never told: it may be the secret. */
function refuseMissing({ node }: Construct, { encryptionKey, parameterName, value }: SecureStringParameterProps): void {
  if (!Construct.isConstruct(encryptionKey)) {
    throw new Error(`[${node.path}] 'encryptionKey' is ${kindOf(encryptionKey)}; a SecureStringParameter is encrypted under a key. `
      + "Give one, such as new CustomerManagedKey(this, 'Key').");
  }
  if (typeof parameterName !== 'string') {
    throw new Error(`[${node.path}] 'parameterName' is ${kindOf(parameterName)}; Parameter Store knows a parameter by its name. Give one, such as /orders/db.`);
  }
  if (!(value instanceof SecureStringValue)) {
    throw new Error(`[${node.path}] 'value' is ${kindOf(value)} and no SecureStringValue; a value of its own would be in the template for all to read. `
      + 'Give SecureStringValue.generated() or SecureStringValue.fromSecret(secret).');
  }
}

function kindOf(given: unknown): string {
  return given === undefined ? 'missing' : `of type ${typeof given}`;
}

function refuseLongTexts({ node }: Construct, { description = '', value, tier = ssm.ParameterTier.STANDARD }: SecureStringParameterProps): void {
  if (!Token.isUnresolved(description) && description.length > MAX_DESCRIPTION) {
    throw new Error(`[${node.path}] 'description' has ${description.length} characters; Parameter Store accepts ${MAX_DESCRIPTION}. Make it shorter.`);
  }
  const limit = tier === ssm.ParameterTier.STANDARD ? MAX_VALUE.Standard : MAX_VALUE.Advanced;
  const { _settings: settings } = value;
  if (settings.Source !== 'generated' || Number(settings.PasswordLength) <= limit) return;
  const remedy = Number(settings.PasswordLength) <= MAX_VALUE.Advanced ? ', or use ParameterTier.ADVANCED, which holds 8192' : '';
  throw new Error(`[${node.path}] 'passwordLength' is ${settings.PasswordLength}; a parameter of this tier holds ${limit} bytes at most. Make it shorter${remedy}.`);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
