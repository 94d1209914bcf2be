import type { LambdaEndpoints } from './lambda/lambda-endpoints';
import type { ParameterStore } from './parameters/parameter-store';
import { DesiredResource, PhysicalResource } from './physical-resource';
import { Principals } from './principals';
import type { SecretsManager } from './secrets/secrets-manager';
import { Resource } from './stack';
import type { LocalKms } from '../local-kms/local-kms';

/** What the resources of a simulated account live in. */
export interface World {
  readonly kms: LocalKms;
  readonly parameters: ParameterStore;
  readonly secrets: SecretsManager;
  readonly principals: Principals;
  /** What exists, by the resource's id. */
  readonly state: Map<string, PhysicalResource>;
  /** Where the account's Lambda functions find their services; opened when the first one runs. */
  readonly endpoints: LambdaEndpoints;
  /** Whether AWS Lambda gets each request to a custom resource twice. */
  readonly deliversTwice?: boolean;
}

/** How one type of resource is made, changed and removed. */
export interface ResourceType {
  /** Whether this very resource is simulated; one that is not stays inert. Default: yes. */
  simulates?(resource: Resource): boolean;
  /** What of the template's properties matters, functions resolved. Default: all. */
  properties?(resource: Resource): Record<string, unknown>;
  /** Why CloudFormation does not even try this update. */
  refuses?(desired: DesiredResource, existing: PhysicalResource): string | undefined;
  create(desired: DesiredResource, world: World): Promise<PhysicalResource>;
  /** A new physical id is a replacement: the existing resource is deleted once the stack is done. */
  update(desired: DesiredResource, existing: PhysicalResource, world: World): Promise<PhysicalResource>;
  delete(existing: PhysicalResource, world: World): Promise<void>;
}

/** A resource that failed, with what may be left of it. */
export class ResourceFailure extends Error {
  readonly #remains: PhysicalResource | undefined;
  /** The end of what the function behind it logged. */
  public readonly log: string | undefined;

  constructor(reason: string, { remains, log }: { readonly remains?: PhysicalResource; readonly log?: string } = {}) {
    super(reason);
    this.name = 'ResourceFailure';
    this.#remains = remains;
    this.log = log;
  }

  /** As what failed left it; what could not even be created, roll-back has to delete. Whoever looks at the error does not see its secrets. */
  public get remains(): PhysicalResource | undefined {
    return this.#remains;
  }
}

/** A type that consists of names and of what others read in its properties. */
export function record(identify: (desired: DesiredResource) => Pick<PhysicalResource, 'physicalId' | 'attributes'>): ResourceType {
  const make = async (desired: DesiredResource) => ({ ...desired, ...identify(desired) });
  return { create: make, update: make, delete: async () => undefined };
}
