/** What a template's resources say about one another: an arrow where CloudFormation must make one before the other. */
export class ResourceGraph {
  private readonly arrows: ReadonlyMap<string, readonly string[]>;

  constructor(template: { readonly Resources?: Readonly<Record<string, unknown>> }) {
    const resources = template.Resources ?? {};
    this.arrows = new Map(Object.entries(resources).map(([id, resource]) => [id, mentioned(resource).filter((other) => other in resources)]));
  }

  /** Resources that wait for one another, as a path that ends where it begins; nothing when the template can be deployed. */
  public cycle(): string[] | undefined {
    const done = new Set<string>();
    for (const id of this.arrows.keys()) {
      const cycle = this.cycleFrom(id, [], done);
      if (cycle) { return cycle; }
    }
    return undefined;
  }

  private cycleFrom(id: string, path: readonly string[], done: Set<string>): string[] | undefined {
    if (path.includes(id)) { return [...path.slice(path.indexOf(id)), id]; }
    if (done.has(id)) { return undefined; }
    for (const other of this.arrows.get(id) ?? []) {
      const cycle = this.cycleFrom(other, [...path, id], done);
      if (cycle) { return cycle; }
    }
    done.add(id);
    return undefined;
  }
}

/** Every logical id that a value names, with Ref, Fn::GetAtt, Fn::Sub or DependsOn. */
function mentioned(value: unknown): string[] {
  if (Array.isArray(value)) { return value.flatMap(mentioned); }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([name, argument]) => [...NAMING[name]?.(argument) ?? [], ...mentioned(argument)]);
}

const NAMING: Record<string, (argument: any) => string[]> = {
  'Ref': (id: string) => [id],
  'Fn::GetAtt': (argument: string | [string, string]) => [(typeof argument === 'string' ? argument : argument[0]).split('.')[0]!],
  'Fn::Sub': (argument: string | [string, object]) =>
    [...(typeof argument === 'string' ? argument : argument[0]).matchAll(/\$\{([^!.}]+)[^}]*\}/g)].map(([, id]) => id!),
  'DependsOn': (ids: string | string[]) => [ids].flat(),
};
