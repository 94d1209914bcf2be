import * as fs from 'node:fs';
import type { ResourceDefinition, StackArtifact, Template } from './assembly';
import { generatedName, uuidOf } from './generated-name';
import { inertAttribute, inertReference } from './inert-resources';
import { NO_VALUE, resolve, Scope } from './intrinsics';
import { PhysicalResource, StackIdentity } from './physical-resource';
import { partitionOf } from '../partition';

/** A resource of a stack, whether or not it exists yet. */
export interface Resource {
  readonly id: string;
  readonly logicalId: string;
  readonly path: string;
  readonly type: string;
  readonly definition: ResourceDefinition;
  readonly stack: Stack;
}

/** What all stacks of one simulated account share. */
export interface Universe {
  /** The account of environment-agnostic stacks. */
  readonly account: string;
  /** The Region of environment-agnostic stacks. */
  readonly region: string;
  /** Values for template parameters, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What exists, by the resource's id. */
  readonly state: ReadonlyMap<string, PhysicalResource>;
  /** The root stacks, each after those it depends on. */
  readonly stacks: Stack[];
  /** Whether a resource is one that is made; one that is not stays inert. */
  simulates(resource: Resource): boolean;
}

/** Where a nested stack hangs. */
interface Parent {
  readonly stack: Stack;
  readonly logicalId: string;
}

/** A stack in an account and Region: it resolves what its template says. */
export class Stack implements Scope, StackIdentity {
  public readonly stackName: string;
  public readonly stackId: string;
  public readonly rootStackId: string;
  public readonly account: string;
  public readonly region: string;
  public readonly partition: string;
  public readonly executionRoleArn: string;
  /** The construct path. */
  public readonly path: string;
  /** The resources whose condition holds, without nested stacks and without what is in them. */
  public readonly resources = new Map<string, Resource>();
  public readonly nested = new Map<string, Stack>();

  constructor(
    private readonly universe: Universe,
    private readonly artifact: StackArtifact,
    private readonly template: Template = artifact.template,
    public readonly parent?: Parent,
  ) {
    this.account = artifact.account ?? universe.account;
    this.region = artifact.region ?? universe.region;
    this.partition = partitionOf(this.region);
    this.stackName = parent ? generatedName(parent.stack, parent.logicalId) : artifact.stackName;
    this.stackId = `arn:${this.partition}:cloudformation:${this.region}:${this.account}:stack/${this.stackName}/${uuidOf(`${this.account}/${this.region}/${this.stackName}`)}`;
    this.path = parent ? parent.stack.pathOf(parent.logicalId).replace(/\.NestedStack\/[^/]*$/, '') : artifact.displayName;
    this.rootStackId = parent?.stack.rootStackId ?? this.stackId;
    this.executionRoleArn = String(resolve({ 'Fn::Sub': artifact.executionRoleArn ?? BOOTSTRAP_ROLE }, this));
    for (const [logicalId, definition] of Object.entries(template.Resources ?? {})) this.add(logicalId, definition);
  }

  /** The resources of this stack and of those nested in it. */
  public get allResources(): Resource[] {
    return [...this.resources.values(), ...[...this.nested.values()].flatMap((nested) => nested.allResources)];
  }

  /** The root stacks, in all accounts and Regions. */
  public get siblings(): readonly Stack[] {
    return this.universe.stacks;
  }

  public ref(name: string): unknown {
    if (Object.hasOwn(PSEUDO_PARAMETERS, name)) return PSEUDO_PARAMETERS[name]!(this);
    if (this.hasParameter(name)) return resolve(this.parameter(name), this.parent?.stack ?? this);
    if (this.nested.has(name)) return this.nested.get(name)!.stackId;
    const resource = this.resource(name);
    return this.made(resource)?.physicalId ?? inertReference(resource);
  }

  public attribute(logicalId: string, name: string): unknown {
    const nested = this.nested.get(logicalId);
    if (nested) return nested.output(name.replace(/^Outputs\./, ''));
    const resource = this.resource(logicalId);
    const physical = this.made(resource);
    if (!physical) return inertAttribute(resource, name);
    if (Object.hasOwn(physical.attributes, name)) return physical.attributes[name];
    throw new Error(`${resource.type} '${resource.path}' has no attribute '${name}'; it has ${Object.keys(physical.attributes).join(', ') || 'none'}.`);
  }

  public importValue(name: string): unknown {
    const exported = this.exported(name);
    return resolve(exported.value, exported.stack);
  }

  public mapping(map: string, first: string, second: string): unknown {
    const value = this.template.Mappings?.[map]?.[first]?.[second];
    if (value === undefined) throw new Error(`Stack '${this.stackName}' has no value in the mapping '${map}' under '${first}', '${second}'.`);
    return value;
  }

  public condition(name: string): boolean {
    const expression = this.template.Conditions?.[name];
    if (expression === undefined) throw new Error(`Stack '${this.stackName}' has no condition '${name}'.`);
    return Boolean(resolve(expression, this));
  }

  /** A parameter's value, to be resolved in the parent stack: what the parent gives, else the default. */
  public parameter(name: string): unknown {
    const { Type: type, Default: byDefault } = this.template.Parameters![name]!;
    const value = this.parent ? this.parent.stack.nestedParameter(this.parent.logicalId, name) : this.universe.parameters[name];
    if (value === undefined && (byDefault === undefined || type.startsWith('AWS::SSM::Parameter::'))) {
      throw new Error(`Parameter '${name}' (${type}) of stack '${this.stackName}' has no value. Give it in 'parameters'.`);
    }
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    const given = value ?? String(byDefault);
    return isList ? { 'Fn::Split': [',', given] } : given;
  }

  public hasParameter(name: string): boolean {
    return this.template.Parameters?.[name] !== undefined;
  }

  public simulates(resource: Resource): boolean {
    return this.universe.simulates(resource);
  }

  /** Whether a resource of this ARN exists. */
  public knows(arn: unknown): boolean {
    return [...this.universe.state.values()].some(({ attributes }) => attributes['Arn'] === arn);
  }

  /** A resource or nested stack as the template declares it. */
  public definition(logicalId: string): ResourceDefinition {
    return this.template.Resources![logicalId]!;
  }

  /** The file or directory of an asset. */
  public asset(objectKey: string): string | undefined {
    return this.artifact.assets.get(objectKey);
  }

  /** The expression that a stack of this account and Region exports under this name. */
  public exported(name: string): { stack: Stack; value: unknown } {
    for (const stack of this.universe.stacks.filter(({ account, region }) => account === this.account && region === this.region)) {
      const output = Object.values(stack.template.Outputs ?? {}).find(({ Export: as, Condition: condition }) =>
        as && (condition === undefined || stack.condition(condition)) && resolve(as.Name, stack) === name);
      if (output) return { stack, value: output.Value };
    }
    throw new Error(`Stack '${this.stackName}' imports '${name}', which no stack of account ${this.account} exports in ${this.region}.`);
  }

  /** The expression behind an output. */
  public outputExpression(name: string): unknown {
    const output = this.template.Outputs?.[name];
    if (!output) throw new Error(`Nested stack '${this.path}' has no output '${name}'.`);
    return output.Value;
  }

  /** The construct path of a resource. A nested stack's resource can have the same logical ID: its path is longer. */
  public pathOf(logicalId: string): string {
    const inside = `${this.path}/`;
    const known = this.artifact.constructPaths.filter((entry) => entry.logicalId === logicalId && entry.path.startsWith(inside));
    return known.map(({ path }) => path).sort((one, other) => one.length - other.length)[0] ?? inside + logicalId;
  }

  /** The expression that this stack gives a nested stack's parameter. */
  private nestedParameter(logicalId: string, name: string): unknown {
    const parameters = this.definition(logicalId).Properties?.['Parameters'] as Record<string, unknown> | undefined;
    return parameters?.[name];
  }

  private output(name: string): unknown {
    return resolve(this.outputExpression(name), this);
  }

  private resource(logicalId: string): Resource {
    const resource = this.resources.get(logicalId);
    if (!resource) throw new Error(`Stack '${this.stackName}' refers to '${logicalId}', which is none of its resources and parameters.`);
    return resource;
  }

  /** What exists of a resource; nothing of one that stays inert. */
  private made(resource: Resource): PhysicalResource | undefined {
    const physical = this.universe.state.get(resource.id);
    if (physical || !this.universe.simulates(resource)) return physical;
    throw new Error(`The ${resource.type} '${resource.path}' is not deployed yet; what refers to it must come after it.`);
  }

  private add(logicalId: string, definition: ResourceDefinition) {
    if (definition.Condition && !this.condition(definition.Condition)) return;
    const template = definition.Type === 'AWS::CloudFormation::Stack' ? this.nestedTemplate(definition) : undefined;
    if (template) {
      this.nested.set(logicalId, new Stack(this.universe, this.artifact, template, { stack: this, logicalId }));
    } else {
      const path = this.pathOf(logicalId);
      this.resources.set(logicalId, { id: `${this.stackId}/${logicalId}`, logicalId, path, type: definition.Type, definition, stack: this });
    }
  }

  private nestedTemplate(definition: ResourceDefinition): Template | undefined {
    const file = this.asset(String(resolve(definition.Properties?.['TemplateURL'], this)).split('/').at(-1)!);
    return file === undefined ? undefined : JSON.parse(fs.readFileSync(file, 'utf8')) as Template;
  }
}

const BOOTSTRAP_ROLE = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-cfn-exec-role-${AWS::AccountId}-${AWS::Region}';

/** AWS CloudFormation User Guide, Pseudo parameters. */
const PSEUDO_PARAMETERS: Readonly<Record<string, (stack: Stack) => unknown>> = {
  'AWS::AccountId': ({ account }) => account,
  'AWS::NoValue': () => NO_VALUE,
  'AWS::NotificationARNs': () => [],
  'AWS::Partition': ({ partition }) => partition,
  'AWS::Region': ({ region }) => region,
  'AWS::StackId': ({ stackId }) => stackId,
  'AWS::StackName': ({ stackName }) => stackName,
  'AWS::URLSuffix': ({ partition }) => partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
};
