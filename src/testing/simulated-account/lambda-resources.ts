import { generatedName } from './generated-name';
import { resolve } from './intrinsics';
import { record, ResourceType } from './resource-type';
import { Resource } from './stack';

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

/** Whether the function's code is a directory of the cloud assembly, written for Node.js. */
export function isRunnable(resource: Resource): boolean {
  return /^nodejs/.test(String(resource.definition.Properties?.['Runtime'])) && codeDirectory(resource) !== undefined;
}

function codeDirectory({ definition, stack }: Resource): string | undefined {
  const key = (definition.Properties?.['Code'] as { S3Key?: unknown } | undefined)?.S3Key;
  return key === undefined ? undefined : stack.asset(String(resolve(key, stack)));
}

/** A variable that cannot be known matters only when the function runs. */
function variables(expressions: Readonly<Record<string, unknown>>, stack: Resource['stack']) {
  return Object.fromEntries(Object.entries(expressions).map(([name, expression]) => {
    try {
      return [name, { value: String(resolve(expression, stack)) }];
    } catch (error) {
      return [name, { unknown: (error as Error).message }];
    }
  }));
}
