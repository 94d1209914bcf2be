import { dependencies } from '../references';
import { Resource, Stack } from '../stack';

/**
 * The resources of the stacks, each after those it refers to.
 *
 * @throws when references run in a circle, which CloudFormation refuses too
 */
export function inDeploymentOrder(stacks: readonly Stack[]): Resource[] {
  const ordered = new Set<Resource>();
  const visit = (resource: Resource, waiting: readonly Resource[]) => {
    if (ordered.has(resource)) return;
    if (waiting.includes(resource)) {
      const circle = [...waiting.slice(waiting.indexOf(resource)), resource].map(({ path }) => path);
      throw new Error(`Circular dependency between resources: ${circle.join(' -> ')}.`);
    }
    for (const dependency of dependencies(resource)) visit(dependency, [...waiting, resource]);
    ordered.add(resource);
  };
  for (const stack of stacks) stack.allResources.forEach((resource) => visit(resource, []));
  return [...ordered];
}
