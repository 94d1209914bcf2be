export type Verb = 'CREATE' | 'UPDATE' | 'DELETE';

/** What happens to a resource, in CloudFormation's own words. */
export interface DeploymentEvent {
  readonly stackName: string;
  readonly logicalId: string;
  /** The construct path. */
  readonly path: string;
  readonly type: string;
  readonly status: `${Verb}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`;
  /** Why it failed. */
  readonly reason?: string;
  /** How long it took. */
  readonly milliseconds?: number;
}

/** Which resource. */
interface Named {
  readonly logicalId: string;
  /** The construct path. */
  readonly path: string;
  readonly type: string;
}

/** A resource could not be created, updated or deleted. What the deployment had changed in that stack is undone. */
export class DeploymentFailed extends Error {
  public readonly logicalId: string;
  /** The construct path. */
  public readonly path: string;
  public readonly type: string;
  /** What could not be undone or deleted either. */
  public readonly rollbackFailures: readonly DeploymentFailed[];
  /** The end of what the function behind a custom resource logged, as Amazon CloudWatch Logs would have it; else empty. */
  public readonly log: string;

  constructor(
    resource: Named,
    public readonly verb: Verb,
    /** What the resource answered. */
    public readonly reason: string,
    { rollbackFailures = [], log = '', cause }: { rollbackFailures?: readonly DeploymentFailed[]; log?: string; cause?: unknown } = {},
  ) {
    const news = beyond(reason, log);
    const logged = news && `\nThe end of its log:\n${news}\n`;
    const others = rollbackFailures.map(({ message }) => ` Then: ${message}`).join('');
    super(`${verb}_FAILED ${resource.type} '${resource.path}' (${resource.logicalId}): ${reason}${logged}${others}`, { cause });
    this.name = 'DeploymentFailed';
    this.logicalId = resource.logicalId;
    this.path = resource.path;
    this.type = resource.type;
    this.rollbackFailures = rollbackFailures;
    this.log = log;
  }

  /** The same failure, and what failed in its wake. */
  public withRollbackFailures(failures: readonly DeploymentFailed[]): DeploymentFailed {
    const { verb, reason, log, cause } = this;
    return failures.length === 0 ? this : new DeploymentFailed(this, verb, reason, { rollbackFailures: failures, log, cause });
  }
}

/** The lines of a log that do not repeat the reason, be it as text or in JSON. */
function beyond(reason: string, log: string): string {
  const repeats = (line: string) => reason !== '' && [reason, JSON.stringify(reason).slice(1, -1)].some((text) => line.includes(text));
  return log.split('\n').filter((line) => !repeats(line)).join('\n').trim();
}
