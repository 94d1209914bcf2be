import * as fs from 'node:fs';
import { generatedName } from '../generated-name';
import { resolve } from '../intrinsics';
import { record, ResourceType } from '../resource-type';
import { Resource } from '../stack';

/** AWS CloudFormation Template Reference, AWS Lambda: the functions that can run here, which are those whose code is an asset. */
export const LAMBDA_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::Lambda::Function': {
    ...record(({ properties, stack, logicalId }) => {
      const name = properties['FunctionName'] ?? generatedName(stack, logicalId);
      return { physicalId: name, attributes: { Arn: `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:${name}` } };
    }),
    simulates: isRunnable,
    properties: ({ definition, stack, ...resource }) => {
      const { Environment: environment, ...properties } = definition.Properties as Record<string, any>;
      const wanted = PROPERTIES.filter((name) => name in properties).map((name) => [name, resolve(properties[name], stack)]);
      return {
        ...Object.fromEntries(wanted),
        directory: codeDirectory({ definition, stack, ...resource }),
        environment: variables(environment?.Variables ?? {}, stack),
      };
    },
  },
};

const PROPERTIES = ['Code', 'FunctionName', 'Handler', 'MemorySize', 'Role', 'Runtime', 'Timeout'];

/** The handlers of `custom-resources.Provider` of the AWS CDK, which call other functions with an SDK that only Lambda has at hand. */
const PROVIDER_FRAMEWORK = /^framework\.(onEvent|isComplete|onTimeout)$/;

/** Whether the function's code is a directory of the cloud assembly, written for Node.js. */
export function isRunnable(resource: Resource): boolean {
  const { Runtime: runtime, Handler: handler } = resource.definition.Properties ?? {};
  return /^nodejs/.test(String(runtime)) && !PROVIDER_FRAMEWORK.test(String(handler)) && codeDirectory(resource) !== undefined;
}

function codeDirectory({ definition, stack }: Resource): string | undefined {
  const key = (definition.Properties?.['Code'] as { S3Key?: unknown } | undefined)?.S3Key;
  const asset = key === undefined ? undefined : stack.asset(String(resolve(key, stack)));
  return asset !== undefined && fs.statSync(asset).isDirectory() ? asset : undefined;
}

/** A variable of a function's environment; with neither it is not there. */
export interface Variable {
  readonly value?: string;
  /** Why it cannot be known, which matters only when the function runs. */
  readonly unknown?: string;
}

function variables(expressions: Readonly<Record<string, unknown>>, stack: Resource['stack']): Record<string, Variable> {
  return Object.fromEntries(Object.entries(expressions).map(([name, expression]) => {
    try {
      const value = resolve(expression, stack);
      return [name, value === undefined ? {} : { value: String(value) }];
    } catch (error) {
      return [name, { unknown: (error as Error).message }];
    }
  }));
}
