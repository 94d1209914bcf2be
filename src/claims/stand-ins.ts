import { accountsIn } from './key-facts';
import type { PolicyDocument, PolicyStatement } from '../proof';

/** Where a template will be deployed, as far as it is known, and what it holds. */
export interface Deployment {
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;

  /** The type of a resource of the template, by its logical id. */
  readonly typeOf: (logicalId: string) => string | undefined;

  /** The name of a role or user of the template, after its path if it has one; absent where CloudFormation gives one. */
  readonly nameOf?: (logicalId: string) => string | undefined;
}

const NOT_TEXT = Symbol('only the deployment tells');

// Their Ref is an ARN, that of other resources of the account a name. AWS CloudFormation Template Reference, Return values of each.
const REF_IS_ARN = ['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine', 'AWS::SecretsManager::Secret'];
// An account's Ref is its id; what a custom resource or a stack returns may be anything, of any account.
const OF_THE_ACCOUNT = /^AWS::(?!Organizations::|CloudFormation::)/;
// ARNs mostly have the lower-cased namespace of the resource type, not of these. Service Authorization Reference.
const ARN_SERVICE: Readonly<Record<string, string>> = { StepFunctions: 'states', ElasticLoadBalancingV2: 'elasticloadbalancing' };

// AWS CloudFormation User Guide, Get values stored in other services using dynamic references.
const DYNAMIC = '{{resolve:';
const DYNAMIC_REFERENCE = /\{\{resolve:[^{}]*\}\}/g;
const OF_AN_ACCOUNT = /^arn:[^:]+:(iam|sts)::\d{12}:./;
const OF_NO_KIND = /^(arn:[^:]+):(?:iam|sts)::(\d{12}):(?!(?:role|user|assumed-role|federated-user)\/|root$).*$/; // what it is, the deployment tells, too

/**
 * Reads a key policy out of a template: text stands where the template has intrinsic functions.
 *
 * A resource of the template is in the key's account, so an ARN with its logical id stands for it. A principal whom only the
 * deployment tells becomes an opaque one, alone in an account of its own unless its ARN names one. What else only the deployment tells
 * stays an intrinsic function, of which the proof says that it is unknown.
 */
export class StandIns {
  /** Text that stands for what only the deployment tells, and for what. */
  public readonly texts = new Map<string, string>();
  /** The ARNs of opaque principals. */
  public readonly opaquePrincipals: string[] = [];
  /** The accounts of opaque principals, where only the deployment tells them too. */
  public readonly unknownAccounts: string[] = [];
  /** The account of the template. */
  public readonly account: string;
  private readonly taken: Set<string>;
  private readonly pseudo: Readonly<Record<string, string>>;

  /** `beside`: what else names accounts, so that none of those becomes a stand-in. */
  public constructor(private readonly at: Deployment, beside: unknown) {
    this.taken = new Set([...accountsIn(beside), ...at.account === undefined ? [] : [at.account]]);
    this.account = at.account ?? this.standIn('AWS::AccountId');
    const region = at.region ?? 'xx-region-1';
    if (at.region === undefined) { this.texts.set(region, 'AWS::Region'); }
    this.pseudo = {
      'AWS::AccountId': this.account,
      'AWS::Region': region,
      'AWS::Partition': at.partition ?? 'aws',
      'AWS::URLSuffix': at.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    };
  }

  /** The id of a key is known after its deployment. */
  public get keyArn(): string {
    return `arn:${this.pseudo['AWS::Partition']}:kms:${this.pseudo['AWS::Region']}:${this.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  }

  public policy(document: PolicyDocument): PolicyDocument {
    if (isIntrinsic(document)) { return { Statement: document as unknown as PolicyStatement }; }
    const { Statement } = document;
    const read = (statement: PolicyStatement) => typeof statement === 'object' && statement !== null ? this.statement(statement) : statement;
    return { ...document, Statement: Array.isArray(Statement) ? Statement.map(read) : read(Statement as PolicyStatement) };
  }

  /** An entry of `Principal.AWS`; one that may be everybody is not opaque. */
  public principal(given: unknown): unknown {
    const value = asFunction(given);
    const text = this.text(value);
    if (typeof value !== 'object' || value === null || typeof text === 'string') { return typeof text === 'string' ? text : value; }
    const name = JSON.stringify(value);
    return name.includes('"*"') ? value : this.opaquePrincipal(value, name);
  }

  /** Any other value: what is not text stays as it is. */
  public value(given: unknown): unknown {
    const value = asFunction(given);
    if (Array.isArray(value)) { return value.map((inner) => this.value(inner)); }
    if (typeof value !== 'object' || value === null) { return value; }
    const text = this.text(value);
    if (typeof text === 'string') { return text; }
    return isIntrinsic(value) ? value : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.value(inner)]));
  }

  private statement({ Principal, NotPrincipal, ...rest }: PolicyStatement): PolicyStatement {
    const elements: unknown[] = [Principal, NotPrincipal, ...Object.values(rest.Condition ?? {})];
    const whole = elements.map((element) => this.value(element)).find(isIntrinsic);
    if (whole) { return whole as PolicyStatement; } // what may turn out to be any element makes any statement
    return {
      ...this.value(rest) as PolicyStatement,
      ...Principal === undefined ? {} : { Principal: this.principals(Principal) },
      ...NotPrincipal === undefined ? {} : { NotPrincipal: this.principals(NotPrincipal) },
    };
  }

  private principals(element: NonNullable<PolicyStatement['Principal']>): PolicyStatement['Principal'] {
    if (typeof element !== 'object' || isIntrinsic(element)) { return this.value(element) as PolicyStatement['Principal']; }
    const { AWS, ...others } = element as Record<string, unknown>;
    const aws = Array.isArray(AWS) && !isIntrinsic(AWS) ? AWS.map((each) => this.principal(each)) : this.principal(AWS);
    return { ...this.value(others) as object, ...AWS === undefined ? {} : { AWS: aws } } as PolicyStatement['Principal'];
  }

  private opaquePrincipal(intrinsic: object, name: string): string {
    const known = this.opaquePrincipals.find((arn) => this.texts.get(arn) === name);
    if (known !== undefined) { return known; }
    const opaque = `opaque-${this.opaquePrincipals.length + 1}`;
    const text = this.text(intrinsic, opaque);
    const arn = typeof text === 'string' && OF_AN_ACCOUNT.test(text) ? text.replace(OF_NO_KIND, `$1:iam::$2:role/${opaque}`) : this.inUnknownAccount(name, opaque);
    this.opaquePrincipals.push(arn);
    this.texts.set(arn, name);
    return arn;
  }

  private inUnknownAccount(name: string, opaque: string): string {
    const account = this.standIn(`the account of ${name}`);
    this.unknownAccounts.push(account);
    const isWholeAccount = /:root"?\]*\}?$/.test(name);
    return `arn:${this.pseudo['AWS::Partition']}:iam::${account}:${isWholeAccount ? 'root' : `role/${opaque}`}`;
  }

  private standIn(meaning: string): string {
    let number = 0;
    while (this.taken.has(String(number).padStart(12, '0'))) { number++; }
    const account = String(number).padStart(12, '0');
    this.taken.add(account);
    this.texts.set(account, meaning);
    return account;
  }

  /** `opaque` stands for the parts of it that only the deployment tells. */
  private text(value: unknown, opaque?: string): unknown {
    const text = this.written(value, opaque);
    if (typeof text !== 'string' || !text.includes(DYNAMIC)) { return text; }
    return opaque === undefined ? NOT_TEXT : text.replace(DYNAMIC_REFERENCE, opaque);
  }

  private written(value: unknown, opaque?: string): unknown {
    if (typeof value !== 'object' || value === null || !isIntrinsic(value)) { return typeof value === 'string' ? value : NOT_TEXT; }
    const [[name, argument]] = Object.entries(value) as [[string, unknown]];
    switch (name) {
      case 'Ref': return this.reference(String(argument));
      case 'Fn::GetAtt': return this.attribute(argument);
      case 'Fn::Join': return this.joined(argument as [string, unknown], opaque);
      case 'Fn::Sub': return this.substituted(argument, opaque);
      default: return NOT_TEXT;
    }
  }

  private reference(name: string): unknown {
    return this.pseudo[name] ?? (REF_IS_ARN.includes(this.typeOf(name)) ? this.arnOf(name) : NOT_TEXT);
  }

  private attribute(argument: unknown): unknown {
    const [logicalId, attribute] = Array.isArray(argument) ? argument : String(argument).split(/\.(.*)/s);
    return attribute === 'Arn' && OF_THE_ACCOUNT.test(this.typeOf(String(logicalId))) ? this.arnOf(String(logicalId)) : NOT_TEXT;
  }

  private joined([separator, parts]: [string, unknown], opaque?: string): unknown {
    if (!Array.isArray(parts)) { return NOT_TEXT; }
    const texts = parts.map((part) => this.part(part, opaque));
    return texts.every((text) => typeof text === 'string') ? texts.join(separator) : NOT_TEXT;
  }

  private substituted(argument: unknown, opaque?: string): unknown {
    const [template, variables] = Array.isArray(argument) ? argument as [string, Record<string, unknown>] : [String(argument), {}];
    let isText = true;
    const text = template.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      const found = this.part(name in variables ? variables[name] : name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }, opaque);
      isText &&= typeof found === 'string';
      return String(found);
    });
    return isText ? text.replace(/\$\{!/g, '${') : NOT_TEXT;
  }

  /** Inside other text the Ref of a resource is its name, as a rule, and its logical id as good as any. */
  private part(value: unknown, opaque?: string): unknown {
    const text = this.text(value, opaque);
    if (typeof text === 'string') { return text; }
    const { Ref } = Object(value) as { Ref?: unknown };
    const isName = typeof Ref === 'string' && OF_THE_ACCOUNT.test(this.typeOf(Ref));
    return isName ? this.at.nameOf?.(Ref)?.split('/').at(-1) ?? Ref : opaque ?? NOT_TEXT;
  }

  /** The ARN of a resource of the template: its account and Region are those of the template. */
  private arnOf(logicalId: string): string {
    const { 'AWS::Partition': partition, 'AWS::Region': region } = this.pseudo;
    const [, service = '', kind = ''] = this.typeOf(logicalId).split('::');
    const name = this.at.nameOf?.(logicalId) ?? logicalId;
    const arn = service === 'IAM' ? `arn:${partition}:iam::${this.account}:${kind.toLowerCase()}/${name}`
      : service === 'S3' ? `arn:${partition}:s3:::${name}` : `arn:${partition}:${ARN_SERVICE[service] ?? service.toLowerCase()}:${region}:${this.account}:${name}`;
    this.texts.set(arn, `the ARN of ${logicalId}`);
    return arn;
  }

  private typeOf(logicalId: string): string {
    return this.at.typeOf(logicalId) ?? '';
  }
}

/** A dynamic reference is text in the template, and other text when it is deployed: Fn::Sub makes the same of both. */
function asFunction(value: unknown): unknown {
  return typeof value === 'string' && value.includes(DYNAMIC) ? { 'Fn::Sub': value } : value;
}

/** AWS CloudFormation User Guide, Intrinsic function reference. */
function isIntrinsic(value: unknown): boolean {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return names.length === 1 && /^(Ref|Fn::.+)$/.test(names[0]!);
}
