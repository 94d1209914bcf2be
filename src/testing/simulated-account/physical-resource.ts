/** A resource as CloudFormation wants it: its functions resolved. */
export interface DesiredResource {
  /** Unique in the account: the stack's ARN and the logical ID. */
  readonly id: string;
  readonly logicalId: string;
  readonly type: string;
  /** The construct path. */
  readonly path: string;
  readonly stack: StackIdentity;
  readonly properties: Readonly<Record<string, any>>;
  /** The ids of the resources that it refers to or waits for. */
  readonly dependencies: readonly string[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
}

/** A resource that exists. */
export interface PhysicalResource extends DesiredResource {
  /** What `Ref` yields. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` yields. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a custom resource: whether its attributes are for other resources only (AWS CloudFormation User Guide, Custom resource response objects). */
  readonly noEcho?: boolean;
  /** Of a schedule: when it was set to what it is. */
  readonly since?: Date;
}

/** Where a resource lives. */
export interface StackIdentity {
  readonly stackName: string;
  /** The ARN. */
  readonly stackId: string;
  /** The ARN of the stack that this one is nested in, however deep; its own when it is not nested. */
  readonly rootStackId: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The role that CloudFormation works with. */
  readonly executionRoleArn: string;
}
