import { CROSS_REGION_TYPES } from './custom-resources/cross-region-exports';
import { CUSTOM_RESOURCE, isCustomResource } from './custom-resources/custom-resource';
import { IAM_TYPES } from './iam-resources';
import { KMS_TYPES } from './kms-resources';
import { LAMBDA_TYPES } from './lambda/lambda-resources';
import { ResourceType } from './resource-type';
import { SCHEDULE_TYPES } from './schedules/schedule-resources';
import { SECRET_TYPES } from './secrets/secret-resources';
import { Resource } from './stack';

const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  ...CROSS_REGION_TYPES,
  ...IAM_TYPES,
  ...KMS_TYPES,
  ...LAMBDA_TYPES,
  ...SCHEDULE_TYPES,
  ...SECRET_TYPES,
};

/** How a type is simulated; undefined for one that is not. */
export function resourceType(type: string): ResourceType | undefined {
  return RESOURCE_TYPES[type] ?? (isCustomResource(type) ? CUSTOM_RESOURCE : undefined);
}

/** Whether making it runs a Lambda function of the app. */
export function runsFunction(resource: Resource): boolean {
  return resourceType(resource.type) === CUSTOM_RESOURCE && isSimulated(resource);
}

/** Whether this very resource is simulated; one that is not is inert. */
export function isSimulated(resource: Resource): boolean {
  const type = resourceType(resource.type);
  return type !== undefined && (type.simulates?.(resource) ?? true);
}
