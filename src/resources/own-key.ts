import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { refuseUnfitKey } from './encryption-key';
import { CustomerManagedKey } from '../key/customer-managed-key';

/** Where the stock classes put the key that they make: such a key is adopted, not replaced. */
const KEY_ID = 'Key';

/**
 * The key of a resource that was given none: a child of the resource, made when the stock constructor first uses it.
 *
 * A child cannot exist before its parent, and the stock constructor, which makes the parent, wants the key before. It calls nothing
 * that a subclass could override until it has used the key; to set the key afterwards would make another resource of an own key than
 * of a given one (the grants of S3 replication, the type of a queue's encryption). So this stands in for the key, for as long as
 * `super()` runs: `settleKey` puts the child in its place.
 *
 * @param keptAs the removal policy of the resource: a key is never deleted before what it protects
 */
export function ownKey(scope: Construct, id: string, keptAs?: RemovalPolicy): kms.IKey {
  const resource = () => scope.node.tryFindChild(id);
  const key = () => childKey(resource() ?? refuseEarlyUse(scope, id), keptAs);
  // What is asked of any object, such as jsii does to tell a property injector of another language, is answered without the key.
  const isAnyObjects = (target: object, property: string | symbol) => Object.hasOwn(target, property)
    || (!resource() && (typeof property === 'symbol' || property === 'constructor'));
  return new Proxy(Object.create(CustomerManagedKey.prototype), {
    get: (target, property) => isAnyObjects(target, property) ? Reflect.get(target, property) : boundTo(key(), Reflect.get(key(), property)),
    has: (target, property) => Reflect.has(isAnyObjects(target, property) ? target : key(), property),
  });
}

function childKey(resource: IConstruct, keptAs?: RemovalPolicy): IConstruct {
  const removalPolicy = keptAs === undefined || keptAs === RemovalPolicy.DESTROY ? undefined : RemovalPolicy.RETAIN;
  return resource.node.tryFindChild(KEY_ID) ?? new CustomerManagedKey(resource as Construct, KEY_ID, { removalPolicy });
}

function boundTo(key: IConstruct, value: unknown): unknown {
  return typeof value === 'function' ? value.bind(key) : value;
}

function refuseEarlyUse(scope: Construct, id: string): never {
  throw new Error(`[${scope.node.path}/${id}] A property injector uses the key that this resource makes for itself, which does not exist yet. `
    + 'Let the injector pass the key on as it is, or give the resource a key.');
}

/**
 * Ends the standing in, once the stock constructor has run: `resource[prop]` is the given key, or the child that was made.
 *
 * @throws when the stock class got another key, or none: a property injector can replace any prop; and when the key is unfit
 */
export function settleKey(resource: IConstruct, prop: string, wanted: kms.IKeyRef, used?: boolean): void {
  const props = resource as unknown as Record<string, unknown>;
  if (!(used ?? props[prop] === wanted)) {
    throw new Error(`[${resource.node.path}] A property injector replaced '${prop}', so that the resource would not be encrypted under the key `
      + `it was given. Let the injector keep '${prop}' where it is set.`);
  }
  props[prop] = resource.node.tryFindChild(KEY_ID) ?? wanted;
  refuseUnfitKey(resource, prop, props[prop] as kms.IKeyRef);
}
