import { AssemblySource, readAssembly } from './assembly';
import { Deployment } from './deployment/deployment';
import { inDeploymentOrder } from './deployment/deployment-order';
import { NO_ECHO } from './deployment/no-echo';
import { LambdaEndpoints } from './lambda/lambda-endpoints';
import { accessCell } from './matrix/access-cell';
import { AccessMatrix } from './matrix/access-matrix';
import { encounters, MatrixOptions, rootOf } from './matrix/encounters';
import { ParameterStore, ParameterStoreClient } from './parameters/parameter-store';
import { PhysicalResource } from './physical-resource';
import { Principals } from './principals';
import { dependencies } from './references';
import { World } from './resource-type';
import { isSimulated, runsFunction } from './resource-types';
import { inertTargets, isSchedule } from './schedules/schedule-resources';
import { ScheduledRun, Schedules } from './schedules/schedules';
import { SecretsManager, SecretsManagerClient } from './secrets/secrets-manager';
import { DeploymentOptions, SimulatedAccountOptions } from './simulated-account-options';
import { Resource, Stack, Universe } from './stack';
import type { PolicyDocument } from '../../proof';
import { type CallOptions, type Principal, regionOfService } from '../local-kms/callers/caller';
import type { TimeSpan } from '../local-kms/clock';
import type { KmsClient } from '../local-kms/kms-client';
import { LocalKms } from '../local-kms/local-kms';

/**
 * A resource that nothing is simulated of, a target of a schedule that is not called, what puts a user in a group, or a managed policy
 * whose content the app does not tell: of AWS, or made elsewhere.
 */
export interface InertResource {
  readonly logicalId: string;
  readonly type: string;
  readonly stack: string;
}

/** A role or user of the app as a caller. */
export interface SimulatedPrincipal {
  readonly arn: string;
  /** With its policies of now: `kms.addPrincipal('AKIAREADER', principal)` lets it call over HTTP as well. */
  readonly principal: Principal;
  readonly kms: KmsClient;
  readonly ssm: ParameterStoreClient;
  readonly secrets: SecretsManagerClient;
}

/**
 * A synthesised CDK app in an AWS account that exists in this process: its keys with their policies, its aliases, roles, users and
 * policies live in a `LocalKms`, its secrets and parameters under them; its custom resources and schedules run their own Lambda code. All
 * else stays inert and is listed.
 *
 * For tests and for learning: nothing of it leaves the machine.
 */
export class SimulatedAccount {
  /**
   * Loads an app, a stage, or the directory of a cloud assembly: everything that does not wait for a custom resource.
   *
   * @throws DeploymentFailed when a resource cannot be made, e.g. a key whose policy would lock everybody out;
   * TypeError for a source that is none of these, such as a Stack
   */
  public static async of(source: AssemblySource, options: SimulatedAccountOptions = {}): Promise<SimulatedAccount> {
    const account = new SimulatedAccount(options);
    account.read(source);
    await account.apply((resource) => !account.waiting.has(resource));
    return account;
  }

  /** The AWS KMS behind it. Let time pass with `advance` of the account, which also runs what is scheduled. */
  public readonly kms: LocalKms;

  private readonly state = new Map<string, PhysicalResource>();
  private readonly world: World;
  private readonly schedules: Schedules;
  private readonly place: Omit<Universe, 'stacks'>;
  private stacks: readonly Stack[] = [];
  private resources: readonly Resource[] = [];
  /** Custom resources, and what refers to them. */
  private waiting: ReadonlySet<Resource> = new Set();

  private constructor({ account = '111122223333', region = 'us-east-1', parameters: given = {}, now }: SimulatedAccountOptions) {
    this.place = { account, region, parameters: given, state: this.state, simulates: isSimulated };
    this.kms = new LocalKms({ account, region, principals: {}, principalExists: (arn) => !this.isToCome(arn), now });
    const [parameters, secrets] = [new ParameterStore(this.kms), new SecretsManager(this.kms)];
    const principals = new Principals(this.state);
    const endpoints = new LambdaEndpoints(this.kms, parameters, secrets, principals);
    this.world = { kms: this.kms, parameters, secrets, principals, state: this.state, endpoints };
    this.schedules = new Schedules(this.world);
  }

  /** What nothing is simulated of. */
  public get inert(): InertResource[] {
    const resources = this.resources.filter((resource) => !isSimulated(resource));
    const policies = this.world.principals.identities.flatMap((identity) =>
      this.world.principals.unknownPolicies(identity).map((arn) => ({ ...identity, type: arn })));
    const targets = this.resources.filter((resource) => isSchedule(resource) && isSimulated(resource)).flatMap((resource) =>
      inertTargets(resource).map((id) => ({ ...resource, type: `${resource.type} target ${id}` })));
    const { memberships } = this.world.principals;
    return [...resources, ...targets, ...policies, ...memberships].map(({ logicalId, type, stack }) => ({ logicalId, type, stack: stack.stackName }));
  }

  /**
   * Creates what is not there yet, custom resources and what refers to them, stack by stack.
   *
   * @throws DeploymentFailed after what was made in the failing stack is deleted again, in reverse
   */
  public async deploy(options: DeploymentOptions = {}): Promise<void> {
    await this.apply(() => true, options);
  }

  /**
   * Updates the account to another state of the app: stacks are matched by name, resources by logical ID.
   *
   * @throws DeploymentFailed after the failing stack is rolled back; `deploy` then tries this state again
   */
  public async update(source: AssemblySource, options: DeploymentOptions = {}): Promise<void> {
    this.read(source);
    await this.apply(() => true, options);
  }

  /**
   * Deletes the stacks, each resource before those it depends on. What a deletion policy retains stays, out of the stacks' reach.
   *
   * @throws DeploymentFailed when everything was tried and something could not be deleted
   */
  public async delete(options: DeploymentOptions = {}): Promise<void> {
    await this.deployment(options).remove(this.stacks);
  }

  /**
   * Turns the time on: keys come due for rotation and deletion, and Lambda functions of the app that a rule of Amazon EventBridge or a
   * schedule of its Scheduler calls run, one after the other, each at its time, under its execution role and once: there are no retries.
   * Their own clock is the real one, the event tells the time. The role of a schedule of Scheduler is not judged.
   *
   * @param options `maxRuns`: how many scheduled runs there may be, 100 when nothing is said
   * @returns the scheduled runs; one that failed does not end the others
   * @throws before the time is turned, when there would be more runs; RangeError for more than 100 years in all
   */
  public async advance(span: TimeSpan, options: { readonly maxRuns?: number } = {}): Promise<ScheduledRun[]> {
    return this.schedules.advance(span, options.maxRuns);
  }

  /** Ends the loopback servers that the Lambda functions talked to: nothing can be deployed any more, keys and roles can still be used. */
  public async close(): Promise<void> {
    await this.world.endpoints.close();
  }

  /**
   * A role or user of the app as a caller, in the Region of its stack unless the call says otherwise.
   *
   * @param who its logical ID, construct path, name or ARN; of one that the app imported and gave policies or groups to, its name or ARN
   */
  public as(who: string, call: CallOptions = {}): SimulatedPrincipal {
    const { principals } = this.world;
    const imported = principals.importedAs(who);
    if (imported.length > 0) {
      const own = this.candidates(who, principals.identities).map(({ attributes: { Arn: arn } }) => String(arn));
      if (own.length + imported.length > 1) throw new Error(`'${who}' means several roles and users: ${[...own, ...imported].join(', ')}. Give the ARN.`);
      return this.client(principals.principal(imported[0]!), { region: this.place.region, ...call });
    }
    const { attributes, stack } = this.one(who, principals.identities, 'roles and users');
    return this.client(principals.principal(String(attributes['Arn'])), { region: stack.region, ...call });
  }

  /**
   * An AWS service as a caller, e.g. `logs.eu-west-1.amazonaws.com`: in the Region of its name, else in that of all stacks, else in that
   * of environment-agnostic stacks, unless the call says otherwise.
   *
   * @throws TypeError when the name is not that of a service principal
   */
  public asService(service: string, call: CallOptions = {}): { readonly kms: KmsClient } {
    const [region, ...others] = new Set(this.stacks.map((stack) => stack.region));
    const home = regionOfService(service) ?? (others.length === 0 ? region : undefined) ?? this.place.region;
    return { kms: this.kms.asService(service, { region: home, ...call }) };
  }

  /** The roles and users of the app. */
  public principals(): Array<{ readonly arn: string; readonly name: string; readonly path: string }> {
    return this.world.principals.identities.map(({ attributes, physicalId, path }) => ({ arn: String(attributes['Arn']), name: physicalId, path }));
  }

  /**
   * Who can do what to the keys: roles and users of the app, the root users of the keys' accounts, and the services that a key's policy
   * or grants name, by the policies, boundaries and grants of now. The states of the keys do not count, nor do control policies.
   *
   * Where a managed policy or group has policies that the app does not tell, a cell that is not `allow` can be `unknown`. One that is
   * `allow` stays so, although those policies could also deny.
   */
  public matrix(options: MatrixOptions = {}): AccessMatrix {
    const missing = [...this.waiting].filter(({ id, type }) => /^AWS::(IAM|KMS)::/.test(type) && !this.state.has(id));
    if (missing.length > 0) {
      throw new Error(`The matrix would leave out what waits for a custom resource: ${missing.map(({ path }) => path).join(', ')}. Call 'await deploy()' first.`);
    }
    const keys = options.keys?.map((key) => this.key(key)) ?? this.keys();
    return new AccessMatrix(encounters(keys, this.world, options.actions).map((encounter) => accessCell(this.kms, encounter)));
  }

  /** The ARN of a key, by its logical ID, its construct path, or an alias. */
  public keyArn(key: string): string {
    return String(this.key(key).attributes['Arn']);
  }

  /** The policy that a key has now. */
  public keyPolicy(key: string): PolicyDocument {
    const resource = this.key(key);
    return this.kms.matter(rootOf(resource), 'GetKeyPolicy', String(resource.attributes['Arn']))!.keyPolicy!;
  }

  /**
   * What `Fn::GetAtt` yields, or with the name `Ref` what `Ref` yields, inert resources included. Asterisks where a custom resource
   * answered with NoEcho: other resources get the attribute itself.
   */
  public attribute(resource: string, name: string): unknown {
    const { id, stack, logicalId } = this.one(resource, this.resources, 'resources');
    if (name !== 'Ref' && this.state.get(id)?.noEcho) return NO_ECHO;
    return name === 'Ref' ? stack.ref(logicalId) : stack.attribute(logicalId, name);
  }

  /** Whether it is a role or user of the app that is not made yet. What the app only refers to is taken to exist. */
  private isToCome(arn: string): boolean {
    const [, account, kind, name] = /::(\d{12}):(role|user)\/(?:.+\/)?([^/]+)$/.exec(arn) ?? [];
    const noun = kind === 'user' ? 'User' : 'Role';
    return this.resources.some(({ id, type, stack, definition }) => type === `AWS::IAM::${noun}` && !this.state.has(id)
      && stack.account === account && definition.Properties?.[`${noun}Name`] === name);
  }

  private read(source: AssemblySource): void {
    const universe: Universe = { ...this.place, stacks: [] };
    for (const artifact of readAssembly(source)) {
      const stack = new Stack(universe, artifact);
      const twin = universe.stacks.find(({ stackId }) => stackId === stack.stackId);
      if (twin) {
        throw new Error(`'${twin.path}' and '${stack.path}' are both the stack '${stack.stackName}' of ${stack.account} in ${stack.region}; `
          + 'there can be one. Load one Stage at a time, or give the stages their own accounts.');
      }
      universe.stacks.push(stack);
    }
    const waiting = new Set<Resource>();
    const resources = inDeploymentOrder(universe.stacks);
    for (const resource of resources) {
      if (runsFunction(resource) || [...dependencies(resource)].some((dependency) => waiting.has(dependency))) waiting.add(resource);
    }
    [this.stacks, this.resources, this.waiting] = [universe.stacks, resources, waiting];
  }

  private deployment({ onProgress, deliverTwice: deliversTwice }: DeploymentOptions): Deployment {
    return new Deployment({ ...this.world, deliversTwice }, onProgress);
  }

  private async apply(wanted: (resource: Resource) => boolean, options: DeploymentOptions = {}): Promise<void> {
    const deployment = this.deployment(options);
    for (const stack of this.stacks) {
      const own = this.resources.filter((resource) => resource.stack.rootStackId === stack.stackId);
      await deployment.apply(stack, own.filter((resource) => isSimulated(resource) && wanted(resource)));
    }
  }

  private client(principal: Principal, call: CallOptions & { readonly region: string }): SimulatedPrincipal {
    const { region } = call;
    return {
      arn: principal.arn,
      principal,
      kms: this.kms.as(principal, call),
      ssm: this.world.parameters.as(principal, region),
      secrets: this.world.secrets.as(principal, region),
    };
  }

  private key(id: string): PhysicalResource {
    const keys = this.keys();
    const aliases = [...this.state.values()].filter(({ type }) => type === 'AWS::KMS::Alias');
    const alias = this.candidates(id, aliases)[0];
    if (!alias) return this.one(id, keys, 'keys');
    // Related keys have one id in all Regions.
    const { properties, stack: { account, region } } = alias;
    return this.one(properties['TargetKeyId'], keys.filter(({ stack }) => stack.account === account && stack.region === region), 'keys');
  }

  private keys(): PhysicalResource[] {
    return [...this.state.values()].filter(({ type }) => type === 'AWS::KMS::Key' || type === 'AWS::KMS::ReplicaKey');
  }

  private candidates<T extends Resource | PhysicalResource>(id: string, among: readonly T[]): T[] {
    return among.filter((resource) => {
      const names = [resource.logicalId, ...'physicalId' in resource ? [resource.physicalId, resource.attributes['Arn']] : []];
      return names.includes(id) || isPathOf(id, resource.path);
    });
  }

  private one<T extends Resource | PhysicalResource>(id: string, among: readonly T[], kind: string): T {
    const [found, ...others] = this.candidates(id, among);
    if (!found && this.candidates(id, [...this.waiting]).length > 0) {
      throw new Error(`'${id}' is not deployed yet: it waits for a custom resource. Call 'await deploy()' first.`);
    }
    if (!found) throw new Error(`'${id}' is none of the ${kind} of the app: ${among.map(({ path }) => path).join(', ') || 'it has none'}.`);
    if (others.length === 0) return found;
    throw new Error(`'${id}' means several ${kind}: ${[found, ...others].map(({ path }) => path).join(', ')}. Give the construct path.`);
  }
}

/** Whether a path means the construct, or the L2 or custom resource around it. */
function isPathOf(path: string, resourcePath: string): boolean {
  return resourcePath.startsWith(path) && /^(\/(Resource|Default))*$/.test(resourcePath.slice(path.length));
}
