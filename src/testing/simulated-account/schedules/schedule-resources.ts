import { generatedName } from '../generated-name';
import { resolve } from '../intrinsics';
import { isRunnable } from '../lambda/lambda-resources';
import { DesiredResource, PhysicalResource } from '../physical-resource';
import { references } from '../references';
import { record, ResourceType } from '../resource-type';
import { scheduleTimes } from './schedule-expression';
import type { Resource, Stack } from '../stack';

/** A Lambda function that a schedule calls. */
export interface ScheduleTarget {
  readonly functionArn: string;
  /** The event as JSON text. @default what the service tells of itself */
  readonly input?: string;
  /** Whether the function's policy lets the service call it; a schedule of Scheduler has a role for that, which is not judged. */
  readonly isPermitted: boolean;
}

/** What the properties of a simulated schedule are. */
export interface ScheduleProperties {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly isEnabled: boolean;
  readonly start?: string;
  readonly end?: string;
  readonly targets: readonly ScheduleTarget[];
}

/** The types that call Lambda functions on a schedule. What else a rule does on events, and other targets, stays inert. */
export const SCHEDULE_TYPES: Readonly<Record<string, ResourceType>> = {
  // AWS CloudFormation Template Reference, AWS::Events::Rule
  'AWS::Events::Rule': schedule((resource) => {
    const { Name: name = ownName(resource), ScheduleExpression: expression, State: state } = own(resource, ['Name', 'ScheduleExpression', 'State']);
    const targets = runnableTargets(resource).map(({ Arn, Input }): ScheduleTarget => ({
      functionArn: String(resolve(Arn, resource.stack)),
      input: resolve(Input, resource.stack) as string | undefined,
      isPermitted: isPermitted(Arn, resource),
    }));
    return {
      name,
      arn: arnOf(resource.stack, 'events', `rule/${name}`),
      expression,
      timeZone: 'UTC',
      isEnabled: state !== 'DISABLED',
      targets,
    };
  }),

  // AWS CloudFormation Template Reference, AWS::Scheduler::Schedule
  'AWS::Scheduler::Schedule': schedule((resource) => {
    const { Name: name = ownName(resource), GroupName: group = 'default', ...given } = own(resource, [
      'Name', 'GroupName', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State', 'StartDate', 'EndDate', 'Target',
    ]);
    return {
      name,
      arn: arnOf(resource.stack, 'scheduler', `schedule/${group}/${name}`),
      expression: given['ScheduleExpression'],
      timeZone: given['ScheduleExpressionTimezone'] ?? 'UTC',
      isEnabled: given['State'] !== 'DISABLED',
      start: given['StartDate'],
      end: given['EndDate'],
      targets: [{ functionArn: given['Target'].Arn, input: given['Target'].Input, isPermitted: true }],
    };
  }),
};

export function isSchedule({ type }: { readonly type: string }): boolean {
  return Object.hasOwn(SCHEDULE_TYPES, type);
}

/** A schedule that is set anew counts from then on. */
function schedule(properties: (resource: Resource) => ScheduleProperties): ResourceType {
  const names = ({ properties: { name, arn } }: DesiredResource) => ({ physicalId: name, attributes: { Arn: arn } });
  const make: ResourceType['create'] = async (desired, world) => {
    scheduleTimes(desired.properties['expression']);
    return { ...desired, ...names(desired), since: world.kms.now() };
  };
  return {
    ...record(names),
    simulates: (resource) => resource.definition.Properties?.['ScheduleExpression'] !== undefined && runnableTargets(resource).length > 0,
    properties: (resource) => ({ ...properties(resource) }),
    create: make,
    update: async (desired, existing, world) => {
      const isSame = (['expression', 'isEnabled'] as const).every((name) => desired.properties[name] === existing.properties[name]);
      return isSame ? { ...desired, ...names(desired), since: existing.since } as PhysicalResource : make(desired, world);
    },
  };
}

interface TargetDefinition {
  readonly Id?: unknown;
  readonly Arn?: unknown;
  readonly Input?: unknown;
  readonly InputPath?: unknown;
  readonly InputTransformer?: unknown;
}

/** The ids of the targets of a rule that are not called. */
export function inertTargets(resource: Resource): string[] {
  const runnable = runnableTargets(resource);
  return targetsOf(resource).filter((target) => !runnable.includes(target)).map(({ Id: id }) => String(id));
}

/** The targets that are functions of the app, and get an event that is known. */
function runnableTargets(resource: Resource): TargetDefinition[] {
  const { stack } = resource;
  return targetsOf(resource).filter(({ Arn, InputPath, InputTransformer }) => InputPath === undefined && InputTransformer === undefined
    && [...references(Arn, stack)].some((called) => called.type === 'AWS::Lambda::Function' && isRunnable(called)));
}

/** Whether a permission of the stack lets the rule call the function (AWS CloudFormation Template Reference, AWS::Lambda::Permission). */
function isPermitted(functionArn: unknown, rule: Resource): boolean {
  const [fn] = references(functionArn, rule.stack);
  return [...rule.stack.resources.values(), ...fn!.stack.resources.values()].some(({ type, definition: { Properties: given = {} }, stack }) =>
    type === 'AWS::Lambda::Permission' && given['Principal'] === 'events.amazonaws.com' && references(given['FunctionName'], stack).has(fn!)
    && (given['SourceArn'] === undefined || references(given['SourceArn'], stack).has(rule)));
}

function targetsOf({ definition: { Properties: { Targets: many = [], Target: one } = {} } }: Resource): TargetDefinition[] {
  return [...many as TargetDefinition[], ...one === undefined ? [] : [one as TargetDefinition]];
}

function own({ definition, stack }: Resource, names: readonly string[]): Record<string, any> {
  return Object.fromEntries(names.map((name) => [name, resolve(definition.Properties?.[name], stack)]));
}

function ownName({ stack, logicalId }: Resource): string {
  return generatedName(stack, logicalId);
}

function arnOf({ partition, region, account }: Stack, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
