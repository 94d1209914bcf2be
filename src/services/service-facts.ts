import { Conditions } from '../policy/statement';

/**
 * What one AWS service needs of a customer-managed key: rows that a reader can hold against the AWS pages.
 *
 * Texts may hold the placeholders `${Partition}`, `${Region}`, `${Account}` and `${UrlSuffix}`: those of the resource that
 * causes the use, which need not be those of the key.
 */
export interface ServiceFacts {
  /** The name that AWS gives the service. */
  readonly service: string;

  /** How callers of the service reach the key, where the service forwards their credentials. */
  readonly forwards?: ForwardedAccess;

  /** The properties of the service's resources that hold a key. */
  readonly slots: readonly KeySlot[];

  /** The properties through which the service's resources send into resources of other services. */
  readonly edges: readonly ProducerEdge[];
}

/** The service replays its caller's credentials: the caller needs the actions, the key policy needs no statement for the service. */
export interface ForwardedAccess {
  /** The name in `kms:ViaService`, before the Region (AWS KMS Developer Guide, kms:ViaService). */
  readonly viaService: string;

  /** What a caller needs to store data. */
  readonly write: readonly string[];

  /** What a caller needs to read data. */
  readonly read: readonly string[];

  /** The encryption-context key that the service sends. */
  readonly contextKey: string;

  /** The title of the AWS page. */
  readonly source: string;
}

/** A property of a CloudFormation resource that names a key. */
export interface KeySlot {
  readonly resourceType: string;

  /** The path of the property as CloudFormation spells it; `[]` behind a list. */
  readonly property: string;

  /** What the service itself needs of the key; nothing where it only forwards its callers. */
  readonly needs?: ServiceUse;

  /** Set where the key belongs to another Region than the resource, because it encrypts what the resource sends there. */
  readonly elsewhere?: boolean;

  /** Set where an alias or a bare key id is looked up in the account of whoever uses the resource. */
  readonly aliasHazard?: ResourceHazard;
}

/** A property of a resource through which its service sends to another resource, whose key it then needs. */
export interface ProducerEdge {
  readonly resourceType: string;

  /** The path of the property that names the target. */
  readonly property: string;

  /** The path, beside `property` in the same list element, that makes the service use a role instead of its own principal. */
  readonly unless?: string;

  /** The path of the property that names the sender, where that is not the resource itself. */
  readonly sender?: string;

  /** The property whose presence, without `property`, makes the resource its own target. */
  readonly selfWith?: string;

  /** The type of the target resource. */
  readonly into: string;

  /** What the sending service needs of the target's key, or the reason why no key policy can make it work. */
  readonly needs: ServiceUse | ResourceHazard;
}

/** A use of a key by a service principal. */
export interface ServiceUse {
  /** The name by which `KeyUse` and the README know it; frozen. */
  readonly id: string;

  /** The statement's id, a sentence; frozen. */
  readonly sid: string;

  readonly principal: string;
  readonly actions: readonly string[];
  readonly conditions: Conditions;

  /** A sender whose name is not ASCII does without an operator, because neither a key policy nor the service carries such an ARN. */
  readonly asciiOnly?: { readonly nameProperty: string; readonly drops: string };

  /** What remains open because the service supports no narrower condition, and what makes up for it. */
  readonly residual?: string;

  /** The title of the AWS page. */
  readonly source: string;
}

/** Something that deploys and then does not do what it looks like. */
export interface ResourceHazard {
  /** The id of the warning; frozen. */
  readonly warning: string;
  readonly message: string;
  readonly source: string;
}

export function isHazard(needs: ServiceUse | ResourceHazard): needs is ResourceHazard {
  return 'warning' in needs;
}
