import { PhysicalResource } from './physical-resource';
import type { PolicyDocument } from '../../proof';
import type { Principal } from '../local-kms/callers/caller';

export const ANYTHING: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
export const NOTHING: PolicyDocument = { Version: '2012-10-17', Statement: [] };

/** AWS Managed Policy Reference: what these say of AWS KMS, AWS Secrets Manager and Parameter Store. */
const AWS_MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  'AdministratorAccess': ANYTHING,
  'AWSXRayDaemonWriteAccess': NOTHING,
  'CloudWatchLambdaInsightsExecutionRolePolicy': NOTHING,
  'service-role/AWSLambdaBasicExecutionRole': NOTHING,
  'service-role/AWSLambdaVPCAccessExecutionRole': NOTHING,
  'service-role/AWSLambdaKinesisExecutionRole': NOTHING,
  'service-role/AWSLambdaSQSQueueExecutionRole': NOTHING,
};

/** Policies of a role or user whose content the app does not tell, by ARN. */
export interface UnknownPolicies {
  /** Managed policies, and groups. */
  readonly policies: readonly string[];
  readonly boundary?: string;
}

/** The roles and users of the account, each with the policies that its resources and its app give it. */
export class Principals {
  constructor(private readonly state: ReadonlyMap<string, PhysicalResource>) {}

  /** The roles and users. */
  public get identities(): PhysicalResource[] {
    return this.ofTypes('AWS::IAM::Role', 'AWS::IAM::User');
  }

  /** Everybody that the app gives policies, by the construct path or, of whom it imported, by name; by ARN where several have it. */
  public get all(): Array<readonly [who: string, principal: Principal]> {
    const own = this.identities.map(({ path, attributes }) => [path.replace(/(\/(Resource|Default))+$/, ''), this.principal(String(attributes['Arn']))] as const);
    const { imported } = this;
    const whoOf = (arn: string) => imported.filter((other) => nameOf(other) === nameOf(arn)).length === 1 ? nameOf(arn) : arn;
    return [...own, ...imported.map((arn) => [whoOf(arn), this.principal(arn)] as const)];
  }

  /** What puts users in groups, whose policies nobody here knows. */
  public get memberships(): PhysicalResource[] {
    return this.ofTypes('AWS::IAM::UserToGroupAddition');
  }

  /** The ARNs of the imported roles and users of this name or ARN: they exist in the accounts of the stacks that give them policies. */
  public importedAs(who: string): string[] {
    return this.imported.filter((arn) => arn === who || nameOf(arn) === who);
  }

  /** The ARNs of those whom policies or groups name and the app does not make. */
  private get imported(): string[] {
    return [...new Set([...this.attachments(), ...this.memberships].flatMap((naming) => this.importedBy(naming)))];
  }

  private importedBy({ stack: { partition, account }, properties }: PhysicalResource): string[] {
    return ['role', 'user'].flatMap((kind) => names(properties, kind).filter((name) => name !== undefined).flatMap((name) => {
      const own = this.identities.filter(({ type, stack }) => type.toLowerCase().endsWith(kind) && stack.account === account);
      return own.some(({ physicalId }) => physicalId === name) ? [] : [this.importedArn(`arn:${partition}:iam::${account}:${kind}/`, String(name))];
    }));
  }

  /** With its path where key policies or the like name it by one ARN: what attaches a policy only has the name. */
  private importedArn(prefix: string, name: string): string {
    const texts = [...this.state.values()].map(({ properties }) => JSON.stringify(properties));
    const arns = texts.flatMap((text) => text.match(/arn:[^"\\*?$]*(?=["\\])/g) ?? []);
    const [arn, ...others] = new Set(arns.filter((each) => each.startsWith(prefix) && nameOf(each) === name));
    return arn !== undefined && others.length === 0 ? arn : prefix + name;
  }

  /** The caller behind an ARN; its policies are those of the time of the call. */
  public principal(arn: string): Principal {
    const of = { policies: () => this.policies(arn), boundary: () => this.boundary(arn), tags: () => this.tags(arn) };
    return {
      arn,
      get identityPolicies() { return of.policies(); },
      get permissionsBoundary() { return of.boundary(); },
      get tags() { return of.tags(); },
    };
  }

  /** CloudFormation's own role, which the CDK bootstrap stack makes an administrator. */
  public administrator(arn: string): Principal {
    return { arn, identityPolicies: [ANYTHING] };
  }

  /** The managed policies and groups of a role or user, its permissions boundary too, of whose content nothing is known here: they do nothing. */
  public unknownPolicies({ attributes }: PhysicalResource): string[] {
    const { policies, boundary } = this.unknown(String(attributes['Arn']));
    return [...policies, ...boundary === undefined ? [] : [boundary]];
  }

  /** The same by ARN, apart from each other: what might allow more, and what might allow less. */
  public unknown(arn: string): UnknownPolicies {
    const own = this.propertiesOf(arn);
    const groups = [...new Set([...own['Groups'] ?? [], ...this.groupsAddedTo(arn)])].map((name) => arn.replace(/:user\/.*$/, `:group/${name}`));
    const [boundary] = [own['PermissionsBoundary'] ?? []].flat().filter((policy) => this.managedPolicy(policy).length === 0);
    return { policies: [...managedPolicyArns(own).filter((policy) => this.managedPolicy(policy).length === 0), ...groups], boundary };
  }

  private groupsAddedTo(arn: string): string[] {
    return this.memberships.filter((membership) => isAbout(membership, arn)).map(({ properties }) => properties['GroupName']);
  }

  private policies(arn: string): PolicyDocument[] {
    const own = this.propertiesOf(arn);
    const attached = this.attachments().filter((attachment) => isAbout(attachment, arn));
    return [
      ...(own['Policies'] ?? []).map((policy: { PolicyDocument: PolicyDocument }) => policy.PolicyDocument),
      ...attached.map(({ properties }) => properties['PolicyDocument']),
      ...managedPolicyArns(own).flatMap((policy) => this.managedPolicy(policy)),
    ];
  }

  private boundary(arn: string): PolicyDocument | undefined {
    const boundary = this.propertiesOf(arn)['PermissionsBoundary'];
    return boundary && this.managedPolicy(boundary)[0];
  }

  private tags(arn: string): Record<string, string> {
    const tags: Array<{ Key: string; Value: string }> = this.propertiesOf(arn)['Tags'] ?? [];
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  }

  private propertiesOf(arn: string): PhysicalResource['properties'] {
    return this.identities.find(({ attributes }) => attributes['Arn'] === arn)?.properties ?? {};
  }

  private managedPolicy(arn: string): PolicyDocument[] {
    const known = AWS_MANAGED_POLICIES[managedName(arn)];
    if (known && arn.includes(':iam::aws:')) return [known];
    return this.ofTypes('AWS::IAM::ManagedPolicy').filter(({ physicalId }) => physicalId === arn).map(({ properties }) => properties['PolicyDocument']);
  }

  private attachments(): PhysicalResource[] {
    return this.ofTypes('AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy', 'AWS::IAM::ManagedPolicy');
  }

  private ofTypes(...types: string[]): PhysicalResource[] {
    return [...this.state.values()].filter(({ type }) => types.includes(type));
  }
}

/** Whether a policy is attached to the role or user, or a user is put in a group. */
function isAbout({ stack, properties }: PhysicalResource, arn: string): boolean {
  const [, , , , account, resource] = arn.split(':') as [string, string, string, string, string, string];
  return stack.account === account && names(properties, resource.split('/')[0]!).includes(nameOf(arn));
}

function nameOf(arn: string): string {
  return arn.split('/').at(-1)!;
}

function names(properties: PhysicalResource['properties'], kind: string): unknown[] {
  return kind === 'user' ? [properties['UserName'], properties['Users']].flat() : [properties['RoleName'], properties['Roles']].flat();
}

function managedPolicyArns(properties: PhysicalResource['properties']): string[] {
  return properties['ManagedPolicyArns'] ?? [];
}

function managedName(arn: string): string {
  return arn.replace(/^.*:policy\//, '');
}
