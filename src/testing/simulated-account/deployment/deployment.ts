import { isDeepStrictEqual } from 'node:util';
import { DeploymentEvent, DeploymentFailed, Verb } from './deployment-event';
import { resolve } from '../intrinsics';
import { NoEcho } from './no-echo';
import { DesiredResource, PhysicalResource } from '../physical-resource';
import { dependencies } from '../references';
import { ResourceFailure, World } from '../resource-type';
import { resourceType } from '../resource-types';
import { Resource, Stack } from '../stack';

/** One step that was taken: without `before` it was a creation. */
interface Change {
  readonly before?: PhysicalResource;
  readonly after: PhysicalResource;
}

/** CloudFormation at work on an account: it makes, changes and removes resources, and undoes what a failure leaves. */
export class Deployment {
  /** Of what was there when it began, and of what it made meanwhile. */
  private readonly noEcho = new NoEcho();

  constructor(private readonly world: World, private readonly onProgress: (event: DeploymentEvent) => void = () => undefined) {
    for (const resource of world.state.values()) this.noEcho.add(resource);
  }

  /**
   * Brings the given resources of a stack about, then removes what its template no longer has.
   *
   * @throws DeploymentFailed after undoing what was done
   */
  public async apply(stack: Stack, resources: readonly Resource[]): Promise<void> {
    const [before, changes] = [[...this.world.state.values()], [] as Change[]];
    try {
      for (const resource of resources) await this.bring(resource, changes);
    } catch (error) {
      const failures = await this.undo(changes, before);
      this.world.state.clear();
      for (const resource of before) this.place(resource);
      throw error instanceof DeploymentFailed ? error.withRollbackFailures(failures) : error;
    }
    await this.cleanUp(stack, before);
  }

  /**
   * Deletes everything, the last stack first, each resource before those it depends on, but for those that their deletion policy retains.
   * What a resource depends on that could not be deleted stays too.
   *
   * @throws DeploymentFailed when all have been tried and some could not be deleted
   */
  public async remove(stacks: readonly Stack[]): Promise<void> {
    const [failures, left]: [DeploymentFailed[], PhysicalResource[]] = [[], []];
    const position = ({ stack: { rootStackId } }: PhysicalResource) => stacks.findIndex(({ stackId }) => stackId === rootStackId);
    for (const resource of [...this.world.state.values()].sort((one, other) => position(one) - position(other)).reverse()) {
      try {
        if (left.some(({ dependencies: needed }) => needed.includes(resource.id))) {
          left.push(resource);
          continue;
        }
        if (!isRetained(resource.deletionPolicy)) await this.delete(resource);
        this.world.state.delete(resource.id);
      } catch (error) {
        left.push(resource);
        failures.push(error as DeploymentFailed);
      }
    }
    const [first, ...others] = failures;
    if (first) throw first.withRollbackFailures(others);
  }

  private async bring(resource: Resource, changes: Change[]): Promise<void> {
    const before = this.world.state.get(resource.id);
    const desired = await this.step(resource, before ? 'UPDATE' : 'CREATE', 'FAILED', async () => desiredOf(resource));
    if (before && hasSameProperties(before, desired)) {
      this.place({ ...before, ...desired });
    } else {
      const after = before ? await this.update(desired, before, changes) : await this.create(desired, changes);
      changes.push({ before, after });
      this.place(after);
    }
  }

  /** Last of all: what is there stands in the order in which its newest template deploys it. */
  private place(resource: PhysicalResource): void {
    this.noEcho.add(resource);
    this.world.state.delete(resource.id);
    this.world.state.set(resource.id, resource);
  }

  private create(desired: DesiredResource, changes: Change[]): Promise<PhysicalResource> {
    return this.step(desired, 'CREATE', 'ALL', async () => {
      try {
        return await resourceType(desired.type)!.create(desired, this.world);
      } catch (error) {
        if (error instanceof ResourceFailure && error.remains) changes.push({ after: error.remains });
        throw error;
      }
    });
  }

  private update(desired: DesiredResource, before: PhysicalResource, changes: Change[]): Promise<PhysicalResource> {
    const type = resourceType(desired.type)!;
    return this.step(desired, 'UPDATE', 'ALL', async () => {
      const refusal = type.refuses?.(desired, before);
      if (refusal !== undefined) throw new ResourceFailure(refusal);
      try {
        return await type.update(desired, before, this.world);
      } catch (error) {
        changes.push({ before, after: { ...before, ...desired } }); // it may have done half of its work
        throw error;
      }
    });
  }

  private delete(resource: PhysicalResource): Promise<void> {
    return this.step(resource, 'DELETE', 'ALL', () => resourceType(resource.type)!.delete(resource, this.world));
  }

  /**
   * First what was changed is changed back, each resource after those it depends on; then what was made is deleted, in reverse. What was
   * replaced still exists, so that its replacement is all there is to undo (AWS CloudFormation User Guide, Update behaviors).
   */
  private async undo(changes: readonly Change[], before: readonly PhysicalResource[]): Promise<DeploymentFailed[]> {
    const failures: DeploymentFailed[] = [];
    const attempt = (work: Promise<void>) => work.catch((error: DeploymentFailed) => { failures.push(error); });
    for (const old of before) {
      const after = changes.find(({ before: changed }) => changed?.id === old.id)?.after;
      if (after?.physicalId === old.physicalId) await attempt(this.restore(old, after));
      this.world.state.set(old.id, old);
    }
    for (const { before: old, after } of [...changes].reverse().filter(({ before: was, after: is }) => was?.physicalId !== is.physicalId)) {
      if (!isRetained(after.deletionPolicy, { justCreated: true })) await attempt(this.delete(after));
      if (!old) this.world.state.delete(after.id);
    }
    return failures;
  }

  private async restore(before: PhysicalResource, after: PhysicalResource): Promise<void> {
    await this.step(before, 'UPDATE', 'ALL', () => resourceType(before.type)!.update(before, after, this.world));
  }

  /** A stack whose clean-up fails is updated all the same: the events say what is left. */
  private async cleanUp(stack: Stack, before: readonly PhysicalResource[]): Promise<void> {
    const wanted = new Set(stack.allResources.map(({ id }) => id));
    for (const old of before.filter((resource) => resource.stack.rootStackId === stack.stackId).reverse()) {
      const isDropped = !wanted.has(old.id);
      if (!isDropped && this.world.state.get(old.id)!.physicalId === old.physicalId) continue;
      if (!isRetained(isDropped ? old.deletionPolicy : old.updateReplacePolicy)) await this.delete(old).catch(() => undefined);
      if (isDropped) this.world.state.delete(old.id);
    }
  }

  private async step<T>(
    { stack: { stackName }, logicalId, path, type }: Pick<DesiredResource, 'stack' | 'logicalId' | 'path' | 'type'>,
    verb: Verb, report: 'ALL' | 'FAILED', work: () => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    const emit = (status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED', more = {}) =>
      this.onProgress({ stackName, logicalId, path, type, status: `${verb}_${status}`, ...more });
    try {
      if (report === 'ALL') emit('IN_PROGRESS');
      const result = await work();
      if (report === 'ALL') emit('COMPLETE', { milliseconds: performance.now() - start });
      return result;
    } catch (cause) {
      this.keepSecrets(cause);
      const reason = (cause as Error).message;
      emit('FAILED', { reason, milliseconds: performance.now() - start });
      throw new DeploymentFailed({ logicalId, path, type }, verb, reason, { log: cause instanceof ResourceFailure ? cause.log : '', cause });
    }
  }

  /** A service quotes what it was given, and a function may log what it answers. */
  private keepSecrets(cause: unknown): void {
    if (cause instanceof ResourceFailure && cause.remains) this.noEcho.add(cause.remains);
    this.noEcho.hideIn(cause);
  }
}

function desiredOf(resource: Resource): DesiredResource {
  const { id, logicalId, path, type, stack, definition } = resource;
  const properties = resourceType(type)!.properties?.(resource) ?? resolve(definition.Properties ?? {}, stack) as Record<string, unknown>;
  const { DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy } = definition;
  const needed = [...dependencies(resource)].map((dependency) => dependency.id);
  return { id, logicalId, path, type, stack, properties, dependencies: needed, deletionPolicy, updateReplacePolicy };
}

/** Where a function's code lies on this machine is no property of its template. */
function hasSameProperties({ properties: one }: DesiredResource, { properties: other }: DesiredResource): boolean {
  return isDeepStrictEqual({ ...one, directory: undefined }, { ...other, directory: undefined });
}

/** AWS CloudFormation User Guide, DeletionPolicy attribute. */
function isRetained(policy: string | undefined, { justCreated = false } = {}): boolean {
  return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !justCreated);
}
