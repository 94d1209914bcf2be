import { KmsException } from '../exceptions';
import { overrideContext, requireOneSpelling } from './given-context';
import { prefixed } from './request-context';
import type { PolicyDocument } from '../../../proof';
import { partitionOf } from '../../partition';

/** Somebody who calls AWS KMS, with what IAM knows of them. */
export interface Principal {
  /** A role, user, account root, assumed-role session or federated user; or the name of a service such as `logs.eu-west-1.amazonaws.com`. */
  readonly arn: string;
  /** @default none: only key policies let the principal in */
  readonly identityPolicies?: readonly PolicyDocument[];
  readonly permissionsBoundary?: PolicyDocument;
  readonly serviceControlPolicies?: readonly PolicyDocument[];
  /** `aws:PrincipalOrgID`, e.g. `o-exampleorgid`. */
  readonly organizationId?: string;
  /** `aws:PrincipalTag/…` */
  readonly tags?: Readonly<Record<string, string>>;
}

/** How a call comes in, beside who makes it. */
export interface CallOptions {
  /** @default the Region in the name of a regional service principal, else the Region of the LocalKms */
  readonly region?: string;
  /** The service that forwards the call, as `kms:ViaService` has it: `s3.us-east-1.amazonaws.com`, with that suffix in every partition. */
  readonly viaService?: string;
  /** `aws:PrincipalOrgID`. @default that of the principal */
  readonly organizationId?: string;
  /** `aws:SourceArn`, which only service principals send. */
  readonly sourceArn?: string;
  /** `aws:SourceAccount`, which only service principals send. */
  readonly sourceAccount?: string;
  /** Condition keys that nothing here makes, e.g. `aws:SourceVpce`, each in one spelling; they win over those that something does, in any. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** A principal in one call. */
export interface Caller {
  readonly principal: Principal;
  /** Where bare key ids and alias names are looked up. */
  readonly account: string;
  readonly region: string;
  readonly isService: boolean;
  /** The condition keys that do not depend on the request. */
  readonly context: Readonly<Record<string, string | string[]>>;
  /** Those of them that win over any others. */
  readonly givenContext: Readonly<Record<string, string | string[]>>;
}

interface Defaults {
  readonly account: string;
  readonly region: string;
}

/** @throws `UnrecognizedClientException` where the Region is of another partition than the principal; TypeError for what no caller can be */
export function callerOf(principal: Principal, call: CallOptions, defaults: Defaults): Caller {
  const isService = isServicePrincipal(principal.arn);
  const region = call.region ?? (isService ? regionOfService(principal.arn) : undefined) ?? defaults.region;
  const account = isService ? call.sourceAccount ?? defaults.account : accountOf(principal.arn);
  if (!isService) { requireHome(principal.arn, region, call); }
  const { context: givenContext = {} } = call;
  requireOneSpelling(givenContext);
  return { principal, account, region, isService, context: overrideContext(contextOf(principal, call, region), givenContext), givenContext };
}

/** The Region in the name of a regional service principal. */
export function regionOfService(name: string): string | undefined {
  return REGIONAL_SERVICE.exec(name)?.[1];
}

/** Whether it is the name of a service principal, by its form: which services there are is not known here. */
export function isServicePrincipal(name: string): boolean {
  return SERVICE_PRINCIPAL.test(name);
}

/** IAM User Guide, AWS JSON policy elements: Principal, AWS service principals. */
const SERVICE_PRINCIPAL = /^([a-z0-9-]+\.)+amazonaws\.com(\.cn)?$/;
const REGIONAL_SERVICE = /^[a-z0-9-]+\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/;

function accountOf(arn: string): string {
  const account = /^arn:[\w-]+:(?:iam|sts)::(\d{12}):.+$/.exec(arn)?.[1];
  if (!account) {
    throw new TypeError(`'${arn}' cannot call AWS KMS; principals are ARNs of iam or sts with an account of 12 digits, `
      + 'or service principals, which end in amazonaws.com or, in China, amazonaws.com.cn. '
      + 'Write arn:aws:iam::111122223333:role/Name or logs.us-east-1.amazonaws.com.');
  }
  return account;
}

// A partition knows no credentials of another; and only services send whom they act for.
function requireHome(arn: string, region: string, { sourceArn, sourceAccount }: CallOptions): void {
  const [, partition] = arn.split(':');
  if (partition !== partitionOf(region)) {
    throw new KmsException('UnrecognizedClientException',
      `The security token included in the request is invalid. (LocalKms: ${arn} calls ${region}, which is of the partition ${partitionOf(region)}.)`);
  }
  if (sourceArn ?? sourceAccount) {
    throw new TypeError(`'sourceArn' and 'sourceAccount' are given for ${arn}; only service principals send them. `
      + "Leave them out, or call as the service; for a service that forwards the caller, set 'viaService'.");
  }
}

function contextOf(principal: Principal, call: CallOptions, region: string): Record<string, string | string[]> {
  const context: Record<string, string | undefined> = {
    'aws:RequestedRegion': region,
    'aws:PrincipalOrgID': call.organizationId ?? principal.organizationId,
    'aws:SourceArn': call.sourceArn,
    'aws:SourceAccount': call.sourceAccount,
    'kms:ViaService': call.viaService,
    ...prefixed('aws:PrincipalTag/', principal.tags),
  };
  return Object.fromEntries(Object.entries(context).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
