import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { CustomerManagedKey } from '../key/customer-managed-key';

/** Where the stock classes put the key that they make: such a key is adopted, not replaced. */
const KEY_ID = 'Key';

/**
 * The key of a resource that was given none: a child of the resource.
 *
 * The child cannot exist before the resource, whose stock constructor wants the key. So this stands in for it, and makes it when
 * the stock constructor first uses it, until `settleKey` puts the child in its place. (A stock constructor would make a stock key.)
 */
export function ownKey(scope: Construct, id: string): kms.IKey {
  const key = () => {
    const resource = scope.node.findChild(id);
    return resource.node.tryFindChild(KEY_ID) ?? new CustomerManagedKey(resource, KEY_ID);
  };
  return new Proxy(Object.create(CustomerManagedKey.prototype), {
    get: (_, property) => boundTo(key(), Reflect.get(key(), property)),
    has: (_, property) => Reflect.has(key(), property),
  });
}

function boundTo(key: IConstruct, value: unknown): unknown {
  return typeof value === 'function' ? value.bind(key) : value;
}

/**
 * Ends the standing in, once the stock constructor has run: `resource[prop]` is the given key, or the child that was made.
 *
 * @throws when the stock class got another key, or none: a property injector can replace any prop
 */
export function settleKey(resource: IConstruct, prop: string, wanted: kms.IKeyRef, used?: boolean): void {
  const props = resource as unknown as Record<string, unknown>;
  if (!(used ?? props[prop] === wanted)) {
    throw new Error(`[${resource.node.path}] A property injector replaced '${prop}', so that the resource would not be encrypted under the key `
      + `it was given. Let the injector keep '${prop}' where it is set.`);
  }
  props[prop] = resource.node.tryFindChild(KEY_ID) ?? wanted;
}
