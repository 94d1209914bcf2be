import { CfnElement, CfnOutput, CfnResource, Names, Stack, Stage, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CATALOGUE } from './catalogue';
import { PropertyReader, Reading } from './property-reader';
import { isHazard, KeySlot, ProducerEdge, ResourceHazard, ServiceUse } from './service-facts';
import { Site, siteOf, siteOfArn } from './site';

/** A resource that names a key. */
export interface KeyHolder {
  readonly resource: CfnResource;
  readonly slot: KeySlot;
}

/** A service principal that needs a key, and why. */
export interface DiscoveredUse {
  readonly use: ServiceUse;
  readonly site: Site;

  /** The resources that cause the use: the holder of the key, or the sender and the holder. */
  readonly causes: readonly CfnResource[];

  /** Whom a source condition would name: what sends; nobody where the holder itself is the user. */
  readonly senders: readonly Pick<Reading, 'text' | 'targets'>[];
}

/** A hazard among the users of a key. */
export interface DiscoveredHazard {
  readonly hazard: ResourceHazard;
  readonly resource: CfnResource;
}

/** Everything that the construct tree says about one key. */
export interface KeyUsage {
  readonly holders: readonly KeyHolder[];
  readonly uses: readonly DiscoveredUse[];
  readonly hazards: readonly DiscoveredHazard[];

  /** Elements that hand the key's ARN or id to somebody whom the index cannot see. */
  readonly escapes: readonly CfnElement[];
}

/** Where people hand an ARN to the world outside the app: by resource type, the property. */
const ESCAPES: Readonly<Record<string, string>> = { 'AWS::SSM::Parameter': 'Value' };

interface SlotEntry { readonly resource: CfnResource; readonly slot: KeySlot; readonly reading: Reading }
interface EdgeEntry { readonly resource: CfnResource; readonly edge: ProducerEdge; readonly senders: readonly Reading[] }

const SLOTS = groupBy(CATALOGUE.flatMap((facts) => facts.slots), (slot) => slot.resourceType);
const EDGES = groupBy(CATALOGUE.flatMap((facts) => facts.edges), (edge) => edge.resourceType);

/**
 * Who uses which key below one App or Stage: one walk of the tree for all keys.
 *
 * It finds keys by the identity of their CloudFormation elements, and by the names of their aliases, whose ARNs hold no reference
 * to the key.
 * It does not see literal ARNs, imported values, or references inside the text of a literal Fn::Sub.
 */
export class UsageIndex {
  /** The index of the tree that `construct` belongs to, as the tree stands now. */
  public static of(construct: IConstruct): UsageIndex {
    return new UsageIndex(rootOf(construct));
  }

  /**
   * The index of a synthesis, shared by all keys of the tree.
   *
   * CDK renders every template twice: once to find the references between stacks (`preparing`), once to write it. The tree may
   * change between two syntheses, and a little between the two renderings of one, so each rendering gets its own index.
   */
  public static during(construct: IConstruct, preparing: boolean): UsageIndex {
    const root = rootOf(construct);
    const current = UsageIndex.current.get(root);
    if (current?.index && current.preparing === preparing) { return current.index; }
    const index = new UsageIndex(root);
    const isSynthesis = preparing || current !== undefined; // a value resolved by itself is no synthesis: the tree may grow after it
    if (isSynthesis) { UsageIndex.current.set(root, { index, preparing }); }
    return index;
  }

  /** Begins a synthesis: forgets the index of an earlier one. Called whenever a rendering prepares. */
  public static begin(construct: IConstruct): void {
    const root = rootOf(construct);
    if (!UsageIndex.current.get(root)?.preparing) { UsageIndex.current.set(root, { preparing: true }); }
  }

  private static readonly current = new WeakMap<IConstruct, { index?: UsageIndex; preparing: boolean }>();

  private readonly slotsByTarget = new Map<IConstruct, SlotEntry[]>();
  private readonly slotsByText: SlotEntry[] = [];
  private readonly edgesInto = new Map<IConstruct, EdgeEntry[]>();
  private readonly aliasesOf = new Map<IConstruct, { name: string; element: CfnResource }[]>();
  private readonly escapesOf = new Map<IConstruct, CfnElement[]>();

  private constructor(root: IConstruct) {
    this.scan(root);
  }

  /** What uses the key, by its CloudFormation element. */
  public usageOf(key: IConstruct): KeyUsage {
    const aliases = this.aliasesOf.get(key) ?? [];
    const direct = [key, ...aliases.map(({ element }) => element)].flatMap((target) => this.slotsByTarget.get(target) ?? []);
    const aliasNames = aliases.map(({ name }) => name);
    const named = this.slotsByText.filter(({ resource, reading }) =>
      aliasNames.some((alias) => namesAlias(reading.text, alias)) && mayBeSame(siteOfArn(reading.text) ?? siteOf(resource), siteOf(key)));
    const slots = [...direct, ...named.filter((entry) => !direct.includes(entry))];
    const edges = [...new Set(slots.map(({ resource }) => resource))].flatMap((into) => this.edges(into));
    return {
      holders: slots.map(({ resource, slot }) => ({ resource, slot })),
      uses: [...slots.flatMap(slotUse), ...edges.flatMap(edgeUses)],
      hazards: [...slots.flatMap(slotHazard), ...edges.flatMap(edgeHazard)],
      escapes: this.escapesOf.get(key) ?? [],
    };
  }

  /** The resources that name a key by its literal ARN. */
  public holdersOfArn(arn: string): KeyHolder[] {
    return this.slotsByText.filter(({ reading }) => reading.text === arn);
  }

  private edges(into: CfnResource): { entry: EdgeEntry; into: CfnResource }[] {
    const matching = (this.edgesInto.get(into) ?? []).filter(({ edge }) => edge.into === into.cfnResourceType);
    return matching.map((entry) => ({ entry, into }));
  }

  // Another Stage is another assembly: nothing of it can refer to this one.
  private scan(construct: IConstruct): void {
    if (CfnResource.isCfnResource(construct)) { this.scanResource(construct); }
    if (construct instanceof CfnOutput) { this.addEscapes(construct, 'Value'); }
    for (const child of construct.node.children) {
      if (!Stage.isStage(child)) { this.scan(child); }
    }
  }

  private scanResource(resource: CfnResource): void {
    const slots = SLOTS.get(resource.cfnResourceType) ?? [];
    const edges = EDGES.get(resource.cfnResourceType) ?? [];
    const escape = ESCAPES[resource.cfnResourceType];
    if (escape) { this.addEscapes(resource, escape); }
    if (resource.cfnResourceType === 'AWS::KMS::Alias') { this.addAlias(resource); }
    if (slots.length + edges.length === 0) { return; }
    const reader = new PropertyReader(resource);
    for (const slot of slots) {
      for (const reading of reader.read(slot.property)) { this.addSlot({ resource, slot, reading }); }
    }
    for (const edge of edges) { this.addEdge(resource, edge, reader); }
  }

  private addSlot(entry: SlotEntry): void {
    for (const target of entry.reading.targets) { push(this.slotsByTarget, target, entry); }
    if (/alias\/|^arn:/.test(entry.reading.text)) { this.slotsByText.push(entry); }
  }

  private addAlias(element: CfnResource): void {
    const alias = new PropertyReader(element);
    const keys = alias.read('TargetKeyId').flatMap((reading) => [...reading.targets]);
    for (const { text } of alias.read('AliasName')) { keys.forEach((key) => push(this.aliasesOf, key, { name: text, element })); }
  }

  private addEdge(resource: CfnResource, edge: ProducerEdge, reader: PropertyReader): void {
    const targets = edge.unless ? reader.readUnless(edge.property, edge.unless) : reader.read(edge.property);
    const isOwnTarget = targets.length === 0 && edge.selfWith !== undefined && reader.read(edge.selfWith).length > 0;
    const into = isOwnTarget ? [resource] : new Set(targets.flatMap((reading) => [...reading.targets]));
    for (const target of into) { push(this.edgesInto, target, { resource, edge, senders: edge.sender ? reader.read(edge.sender) : [] }); }
  }

  private addEscapes(element: CfnElement, property: string): void {
    for (const reading of new PropertyReader(element).read(property)) {
      const outside = [...reading.targets].filter((target) => !isMadeByCdk(element, target));
      for (const target of outside) { push(this.escapesOf, target, element); }
    }
  }
}

function rootOf(construct: IConstruct): IConstruct {
  return Stage.of(construct) ?? construct.node.root;
}

function slotUse({ resource, slot }: SlotEntry): DiscoveredUse[] {
  return slot.needs ? [{ use: slot.needs, site: siteOf(resource), causes: [resource], senders: [] }] : [];
}

function edgeUses({ entry: { resource, edge, senders }, into }: { entry: EdgeEntry; into: CfnResource }): DiscoveredUse[] {
  if (isHazard(edge.needs)) { return []; }
  const use = withoutUnspeakableName(edge.needs, resource);
  const sites = senders.flatMap(siteOfSender);
  const isUnknown = sites.length === 0 && senders.some(({ text }) => /[{<]/.test(text)); // a parameter, an imported value
  if (isUnknown) { return []; } // what a stock construct wrote for it stays
  const named = edge.sender ? senders : [{ text: '', targets: new Set<IConstruct>([resource]) }];
  return (sites.length > 0 ? sites : [siteOf(resource)]).map((site) => ({ use, site, causes: [resource, into], senders: named }));
}

function siteOfSender({ text, targets }: Reading): Site[] {
  const literal = siteOfArn(text);
  return literal ? [literal] : [...targets].filter(CfnResource.isCfnResource).map(siteOf);
}

// A name that is not ASCII cannot stand in a key policy, and services do not send such an ARN.
function withoutUnspeakableName(use: ServiceUse, sender: CfnResource): ServiceUse {
  if (!use.asciiOnly || isAscii(new PropertyReader(sender).read(use.asciiOnly.nameProperty)[0]?.text ?? '')) { return use; }
  const { [use.asciiOnly.drops]: _, ...conditions } = use.conditions;
  return { ...use, sid: `${use.sid} under names beyond ASCII`, conditions };
}

function slotHazard({ resource, slot, reading }: SlotEntry): DiscoveredHazard[] {
  const resolvesElsewhere = reading.text.startsWith('alias/') || reading.isBareRef;
  return slot.aliasHazard && resolvesElsewhere ? [{ hazard: slot.aliasHazard, resource }] : [];
}

function edgeHazard({ entry: { resource, edge } }: { entry: EdgeEntry }): DiscoveredHazard[] {
  return isHazard(edge.needs) ? [{ hazard: edge.needs, resource }] : [];
}

// An alias is a name within one account and Region; what is known only at deployment may be the same.
function mayBeSame(one: Site, other: Site): boolean {
  const differ = (a: string, b: string) => !Token.isUnresolved(a) && !Token.isUnresolved(b) && a !== b;
  return !differ(one.account, other.account) && !differ(one.region, other.region);
}

// `alias/a` is not named by `alias/ab`, nor by `my-alias/a`.
function namesAlias(text: string, alias: string): boolean {
  const at = text.indexOf(alias);
  return at >= 0 && !/[a-zA-Z0-9/_-]/.test(text[at - 1] ?? '') && !/[a-zA-Z0-9:/_-]/.test(text[at + alias.length] ?? '');
}

// Outputs that carry references between stacks and nested stacks of the app: whoever reads them is in the tree.
function isMadeByCdk(element: CfnElement, target: IConstruct): boolean {
  const carriers = ['Exports', 'Publish'].map((id) => Stack.of(element).node.tryFindChild(id)); // within an environment, and between two
  const isExport = carriers.includes(element.node.scope) && /^Output\{/.test(element.node.id);
  const isOutOfNestedStack = Stack.of(element).nested && element.node.id.startsWith(Names.nodeUniqueId(target.node));
  return element instanceof CfnOutput && (isExport || isOutOfNestedStack);
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) { push(groups, keyOf(row), row); }
  return groups;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) { values.push(value); } else { map.set(key, [value]); }
}
