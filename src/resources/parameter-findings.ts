import { OWN_TAGS } from './secure-string/contract';
import { keyPolicyBytes } from '../policy/limits';

/** AWS Systems Manager API Reference, PutParameter. */
const MAX_TAGS = 50;

/** All inline policies of a role together (AWS IAM User Guide, IAM and AWS STS quotas). Not adjustable. */
const MAX_INLINE_POLICIES = 10_240;

/** A parameter of a stack, once the tree is finished. */
export interface FinishedParameter {
  readonly path: string;

  /** The name, comparable even where it holds tokens. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;

  /** The policies of the handler that this parameter adds. */
  readonly policy: unknown;
}

/** Two parameters of one name: only the first could be made. */
export function sameName({ path, name }: FinishedParameter, all: readonly FinishedParameter[]): string[] {
  const first = all.find((other) => other.name === name)!;
  return first.path === path ? [] : [`'parameterName' of ${path} is ${name}, which ${first.path} has already. Choose another name, or use the parameter that is there.`];
}

/** Tags that leave no room for those that tell whose the parameter is. */
export function tooManyTags({ path, tags }: FinishedParameter): string[] {
  const [keys, most] = [Object.keys(tags), MAX_TAGS - Object.keys(OWN_TAGS).length];
  const taken = keys.filter((key) => Object.values<string>(OWN_TAGS).includes(key));
  return [
    ...keys.length > most ? [`${path} has ${keys.length} tags; a parameter holds ${MAX_TAGS}, of which the handler needs ${MAX_TAGS - most}. Leave some out: `
      + "Tags.of(scope).add(key, value, { excludeResourceTypes: ['Custom::SecureStringParameter'] })."] : [],
    ...taken.map((key) => `${path} has the tag '${key}', by which the handler knows whose the parameter is. Give the tag another key.`),
  ];
}

/** More parameters than the policies of one role can name. */
export function tooManyParameters(all: readonly FinishedParameter[]): string[] {
  const bytes = all.reduce((sum, { policy }) => sum + keyPolicyBytes(policy), 0);
  return bytes <= MAX_INLINE_POLICIES ? [] : [`The ${all.length} SecureString parameters of this stack take ${bytes} characters in the policies of their handler's `
    + `role; IAM accepts ${MAX_INLINE_POLICIES}. Put some of them into another stack, or a nested one.`];
}
