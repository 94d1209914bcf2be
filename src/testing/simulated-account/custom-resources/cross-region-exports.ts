import { functionOf } from './custom-resource';
import { generatedName } from '../generated-name';
import { resolve } from '../intrinsics';
import { DesiredResource, PhysicalResource } from '../physical-resource';
import { ResourceFailure, ResourceType, World } from '../resource-type';

type Exports = Readonly<Record<string, string>>;

/**
 * What the AWS CDK makes of `crossRegionReferences`: one stack writes values into the Parameter Store of another Region, another stack reads
 * them there and marks them as in use. The functions behind them need an SDK that only AWS Lambda has at hand, so that they are played here, under
 * their own roles.
 */
export const CROSS_REGION_TYPES: Readonly<Record<string, ResourceType>> = {
  'Custom::CrossRegionExportWriter': {
    create: async (desired, world) => {
      const exports = exportsOf(desired);
      await refuseInUse(Object.keys(exports), desired, world);
      await write(exports, desired, world);
      return named(desired, {});
    },
    update: async (desired, existing, world) => {
      const [exports, before] = [exportsOf(desired), exportsOf(existing)];
      const changed = Object.keys(exports).filter((name) => name in before && before[name] !== exports[name]);
      if (changed.length > 0) throw new ResourceFailure(`Some exports have changed!\n${changed.join('\n')}`);
      await remove(Object.keys(before).filter((name) => !(name in exports)), desired, world);
      await write(Object.fromEntries(Object.entries(exports).filter(([name]) => !(name in before))), desired, world);
      return { ...existing, ...desired };
    },
    delete: (existing, world) => remove(Object.keys(exportsOf(existing)), existing, world),
  },
  'Custom::CrossRegionExportReader': {
    // What CloudFormation puts in place of the dynamic references is read when the resource is made.
    properties: ({ definition: { Properties: { ServiceToken, ReaderProps } = {} }, stack }) => {
      const { prefix, imports } = ReaderProps as { prefix: unknown; imports: object };
      return { ServiceToken: resolve(ServiceToken, stack), prefix: resolve(prefix, stack), region: stack.region, names: Object.keys(imports) };
    },
    create: async (desired, world) => {
      await mark(desired.properties['names'], desired, world);
      return named(desired, await valuesOf(desired, world));
    },
    update: async (desired, existing, world) => {
      const [names, before]: [string[], string[]] = [desired.properties['names'], existing.properties['names']];
      await release(before.filter((name) => !names.includes(name)), existing, world);
      await mark(names.filter((name) => !before.includes(name)), desired, world);
      return { ...existing, ...desired, attributes: await valuesOf(desired, world) };
    },
    delete: (existing, world) => release(existing.properties['names'], existing, world),
  },
};

const IN_USE = 'aws-cdk:strong-ref:';

function exportsOf({ properties }: DesiredResource): Exports {
  return properties['WriterProps'].exports;
}

function named(desired: DesiredResource, attributes: Exports): PhysicalResource {
  return { ...desired, physicalId: generatedName(desired.stack, desired.logicalId), attributes };
}

/** Parameter Store in the Region of the consuming stack, as the function behind the resource. */
function storeFor(desired: DesiredResource, world: World) {
  const { region = desired.properties['WriterProps']?.region } = desired.properties;
  return world.parameters.as(world.principals.principal(functionOf(desired, world).properties['Role']), region);
}

async function write(exports: Exports, desired: DesiredResource, world: World): Promise<void> {
  for (const [Name, Value] of Object.entries(exports)) await storeFor(desired, world).putParameter({ Name, Value, Type: 'String', Overwrite: true });
}

async function remove(names: readonly string[], desired: DesiredResource, world: World): Promise<void> {
  await refuseInUse(names, desired, world);
  if (names.length > 0) await storeFor(desired, world).deleteParameters({ Names: [...names] });
}

async function refuseInUse(names: readonly string[], desired: DesiredResource, world: World): Promise<void> {
  for (const name of names) {
    const users = await usersOf(name, desired, world);
    if (users.length > 0) throw new ResourceFailure(`Exports cannot be updated: \n${name} is in use by stack(s) ${users.join(' ')}`);
  }
}

async function usersOf(name: string, desired: DesiredResource, world: World): Promise<string[]> {
  const { TagList } = await storeFor(desired, world).listTagsForResource({ ResourceType: 'Parameter', ResourceId: name })
    .catch((error) => { if (error.name !== 'InvalidResourceId') throw error; return { TagList: [] }; });
  return TagList.map(({ Key }) => Key).filter((key) => key.startsWith(IN_USE)).map((key) => key.slice(IN_USE.length));
}

async function mark(names: readonly string[], desired: DesiredResource, world: World): Promise<void> {
  const Tags = [{ Key: IN_USE + desired.properties['prefix'], Value: 'true' }];
  for (const ResourceId of names) await storeFor(desired, world).addTagsToResource({ ResourceType: 'Parameter', ResourceId, Tags });
}

async function release(names: readonly string[], desired: DesiredResource, world: World): Promise<void> {
  const TagKeys = [IN_USE + desired.properties['prefix']];
  for (const ResourceId of names) {
    await storeFor(desired, world).removeTagsFromResource({ ResourceType: 'Parameter', ResourceId, TagKeys })
      .catch((error) => { if (error.name !== 'InvalidResourceId') throw error; });
  }
}

async function valuesOf({ properties: { names }, stack }: DesiredResource, { parameters, principals }: World): Promise<Exports> {
  const store = parameters.as(principals.administrator(stack.executionRoleArn), stack.region);
  const values = (names as string[]).map(async (Name) => [Name, (await store.getParameter({ Name })).Parameter.Value] as const);
  return Object.fromEntries(await Promise.all(values));
}
