import type { DeploymentEvent } from './deployment/deployment-event';

/** Where the app is deployed to. */
export interface SimulatedAccountOptions {
  /**
   * The account of environment-agnostic stacks.
   *
   * @default '111122223333'
   */
  readonly account?: string;

  /**
   * The Region of environment-agnostic stacks.
   *
   * @default 'us-east-1'
   */
  readonly region?: string;

  /**
   * Values for template parameters, by their logical IDs.
   *
   * @default - the defaults in the templates
   */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * The real time, which `advance` adds to.
   *
   * @default - the clock
   */
  readonly now?: () => Date;
}

/** How a deployment goes. */
export interface DeploymentOptions {
  /** Is told of every step. */
  readonly onProgress?: (event: DeploymentEvent) => void;

  /**
   * Whether the function of a custom resource gets each request twice, with the same RequestId, as AWS Lambda may deliver an
   * asynchronous call. The first answer counts.
   *
   * @default false
   */
  readonly deliverTwice?: boolean;
}
