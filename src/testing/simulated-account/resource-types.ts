import { CUSTOM_RESOURCE, isCustomResource } from './custom-resource';
import { IAM_TYPES } from './iam-resources';
import { KMS_TYPES } from './kms-resources';
import { LAMBDA_TYPES } from './lambda-resources';
import { ResourceType } from './resource-type';
import { SCHEDULE_TYPES } from './schedule-resources';
import { SECRET_TYPES } from './secret-resources';
import { Resource } from './stack';

const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = { ...IAM_TYPES, ...KMS_TYPES, ...LAMBDA_TYPES, ...SCHEDULE_TYPES, ...SECRET_TYPES };

/** How a type is simulated; undefined for one that is not. */
export function resourceType(type: string): ResourceType | undefined {
  return isCustomResource(type) ? CUSTOM_RESOURCE : RESOURCE_TYPES[type];
}

/** Whether this very resource is simulated; one that is not is inert. */
export function isSimulated(resource: Resource): boolean {
  const type = resourceType(resource.type);
  return type !== undefined && (type.simulates?.(resource) ?? true);
}
