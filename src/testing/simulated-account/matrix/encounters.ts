import type { Encounter } from './access-cell';
import { actionsOfKind, explicitActions } from '../../../policy/actions';
import { useActions } from '../../../policy/key-specs';
import type { Grant, PolicyDocument, PolicyStatement } from '../../../proof';
import type { Principal } from '../../local-kms/callers/caller';
import { PhysicalResource } from '../physical-resource';
import { World } from '../resource-type';

/** What a matrix is about. */
export interface MatrixOptions {
  /**
   * Logical IDs, construct paths or aliases.
   *
   * @default - all keys
   */
  readonly keys?: readonly string[];

  /**
   * E.g. `kms:Decrypt`; `*` and `?` stand for the actions that a key of its spec and usage has.
   *
   * @default - all of them
   */
  readonly actions?: readonly string[];
}

/** Everybody with every action of every key. */
export function encounters(keys: readonly PhysicalResource[], world: World, actions: readonly string[] = ['kms:*']): Encounter[] {
  return keys.flatMap((key) => {
    const root = rootOf(key);
    const { keyPolicy, grants = [], request: { context = {} } } = world.kms.matter(root, 'DescribeKey', arnOf(key))!;
    const services = servicesIn(keyPolicy!, grants).map((name): Caller => [name, { arn: name }]);
    const asked = explicitActions(actions, actionsOf(String(context['kms:KeySpec']), String(context['kms:KeyUsage'])));
    const ofRoot: Caller = [`root of ${key.stack.account}`, root];
    return [...world.principals.all, ofRoot, ...services].flatMap(([who, principal]) =>
      asked.map((action) => ({ who, principal, unknown: world.principals.unknown(principal.arn), key: pathOf(key), keyArn: arnOf(key), action })));
  });
}

/** Key policies have no say about it: a grant itself tells who may retire it. */
const RETIRE_GRANT = 'kms:RetireGrant';

/** Those that use a key of this spec and usage, and all that manage keys. */
function actionsOf(spec: string, usage: string): string[] {
  const managing = actionsOfKind('grant', 'administration').filter((action) => action !== RETIRE_GRANT);
  return [...useActions(spec, usage), ...managing, ...actionsOfKind('read').filter((action) => action !== 'kms:GetPublicKey')];
}

type Caller = readonly [who: string, principal: Principal];

/** The root user of the account of a key. */
export function rootOf({ stack: { account, partition } }: PhysicalResource): Principal {
  return { arn: `arn:${partition}:iam::${account}:root` };
}

function servicesIn({ Statement }: PolicyDocument, grants: readonly Grant[]): string[] {
  const inPolicy = [Statement as PolicyStatement | PolicyStatement[]].flat().flatMap(({ Principal: principal }) =>
    typeof principal === 'object' ? [principal['Service'] ?? []].flat() : []);
  const inGrants = grants.flatMap(({ GranteeServicePrincipal: service }) => service ?? []);
  return [...new Set([...inPolicy, ...inGrants])].filter((name) => name !== '*').sort();
}

function arnOf({ attributes }: PhysicalResource): string {
  return String(attributes['Arn']);
}

function pathOf({ path }: PhysicalResource): string {
  return path.replace(/(\/(Resource|Default))+$/, '');
}
