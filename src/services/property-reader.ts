import { CfnElement, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What a property says: its text, and the constructs that it refers to. */
export interface Reading {
  readonly text: string;
  readonly targets: ReadonlySet<IConstruct>;

  /** Set where the text is nothing but a Ref: the id of what it refers to, not its ARN. */
  readonly isBareRef: boolean;
}

/**
 * Reads single properties of one resource or output, without rendering the rest of it.
 *
 * References become marks in the text, so that they are found wherever CloudFormation lets them stand: interpolated, joined,
 * substituted, produced late, overridden.
 */
export class PropertyReader {
  private readonly marked: IConstruct[] = [];
  private rendered?: Record<string, unknown>;

  constructor(private readonly element: CfnElement) {}

  /** What any value says that stands in the template of the element's stack. */
  public readValue(value: unknown): Reading {
    return this.reading(this.resolve(value));
  }

  /** The readings of the property at `path`: one for every element of the lists on the way. */
  public read(path: string): Reading[] {
    return this.elements(path).map(({ value }) => this.reading(value));
  }

  /** The readings at `path` whose list element has no property `unless` beside it. */
  public readUnless(path: string, unless: string): Reading[] {
    return this.elements(path)
      .filter(({ holder }) => member(holder, unless) === undefined)
      .map(({ value }) => this.reading(value));
  }

  private elements(path: string): Element[] {
    const { property, attribute, segments } = parsed(path);
    const top = this.top(property, attribute);
    return top === undefined ? [] : descend([{ value: { [property]: top } }], segments);
  }

  private top(property: string, attribute: string): unknown {
    const raw = this.raw(property, attribute);
    const only = typeof raw === 'string' ? Tokenization.reverse(raw, { failConcat: false }) : undefined;
    if (Reference.isReference(only)) { return this.mark(only); } // the usual case: nothing to resolve
    return raw === undefined || (typeof raw === 'string' && !Token.isUnresolved(raw)) ? raw : this.resolve(raw);
  }

  // An L1 class keeps a property under its camel-cased name; overrides and untyped resources show only when rendered.
  private raw(property: string, attribute: string): unknown {
    const typed = this.element as unknown as Record<string, unknown>;
    const overridden = Object.keys(typed['rawOverrides'] ?? {}).length > 0;
    return !overridden && attribute in typed ? typed[attribute] : member(this.renderedProperties(), property);
  }

  private renderedProperties(): Record<string, unknown> {
    if (!this.rendered) {
      const { Resources } = this.resolve(this.element._toCloudFormation()) as { Resources: Record<string, { Properties?: object }> };
      this.rendered = { ...Object.values(Resources)[0]?.Properties };
    }
    return this.rendered;
  }

  private resolve(value: unknown): unknown {
    return Tokenization.resolve(value, { scope: this.element, resolver: new Marker((reference) => this.mark(reference)), preparing: true });
  }

  private mark(reference: Reference): string {
    return `<${reference.displayName} ${this.marked.push(reference.target) - 1}>`;
  }

  private reading(value: unknown): Reading {
    const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
    const targets = new Set([...text.matchAll(/<[\w.]+ (\d+)>/g)].map(([, index]) => this.marked[Number(index)]!));
    return { text, targets, isBareRef: /^<Ref \d+>$/.test(text) };
  }
}

interface Element {
  readonly value: unknown;
  readonly holder?: unknown;
}

interface ParsedPath {
  /** The first property, and the attribute of the L1 class that holds it. */
  readonly property: string;
  readonly attribute: string;
  readonly segments: readonly { readonly name: string; readonly isList: boolean }[];
}

const PARSED = new Map<string, ParsedPath>();

// Every path of the tables is read on every resource of its type.
function parsed(path: string): ParsedPath {
  const known = PARSED.get(path);
  if (known) { return known; }
  const segments = path.split('.').map((segment) => ({ name: segment.replace('[]', ''), isList: segment.endsWith('[]') }));
  const property = segments[0]!.name;
  const fresh = { property, attribute: l1Name(property), segments };
  PARSED.set(path, fresh);
  return fresh;
}

function descend(from: Element[], segments: ParsedPath['segments']): Element[] {
  return segments.reduce((elements, { name, isList }) => elements.flatMap(({ value }) => {
    const next = member(value, name);
    if (next === undefined || next === null) { return []; }
    return isList && Array.isArray(next) ? next.map((each) => ({ value: each, holder: value })) : [{ value: next, holder: value }];
  }), from);
}

// L1 classes spell KMSMasterKeyID as kmsMasterKeyId: only the letters' case differs, at every depth.
function member(holder: unknown, property: string): unknown {
  if (typeof holder !== 'object' || holder === null) { return undefined; }
  const key = Object.keys(holder).find((each) => each.toLowerCase() === property.toLowerCase());
  return key === undefined ? undefined : (holder as Record<string, unknown>)[key];
}

function l1Name(property: string): string {
  return property.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

class Marker extends DefaultTokenResolver {
  constructor(private readonly mark: (reference: Reference) => string) {
    super(new TextConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    return Reference.isReference(token) ? this.mark(token) : super.resolveToken(token, context, postProcessor);
  }
}

class TextConcat extends StringConcat {
  public override join(left: unknown, right: unknown): string {
    return [left, right].map((part) => part === undefined ? '' : typeof part === 'string' ? part : JSON.stringify(part)).join('');
  }
}
