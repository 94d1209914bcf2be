import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/** Services encrypt under symmetric keys of their own Region; stock CDK passes any key on, and the deployment fails. */
export function refuseUnfitKey(resource: IConstruct, prop: string, key: kms.IKeyRef): void {
  if (isAlias(key) && !targetOf(key)) {
    throw new Error(`'${prop}' of ${resource.node.path} is an alias of which only the name is known; its key cannot be named in a policy. Give the key itself.`);
  }
  const [here, there] = [Stack.of(resource).region, key.env.region];
  if (Token.compareStrings(here, there) === TokenComparison.DIFFERENT) {
    throw new Error(`[${resource.node.path}] '${prop}' is a key of ${there}; a resource in ${here} uses keys of ${here} only. Make a key in that Region, `
      + 'or give the ARN of the replica there of a multi-Region key.');
  }
  const { keySpec } = (kms.CfnKey.isCfnKey(key) ? key : key.node.defaultChild ?? {}) as Partial<kms.CfnKey>;
  if (keySpec && keySpec !== kms.KeySpec.SYMMETRIC_DEFAULT) {
    throw new Error(`[${resource.node.path}] '${prop}' is a key of spec ${keySpec}; services encrypt under SYMMETRIC_DEFAULT keys only. Leave 'keySpec' of the key out.`);
  }
}

/** Amazon S3 looks an alias up in the account of whoever uploads, and CloudWatch Logs takes the ARNs of keys only. */
export function refuseAlias(resource: IConstruct, prop: string, key: kms.IKeyRef): void {
  if (!isAlias(key)) return;
  throw new Error(`'${prop}' of ${resource.node.path} is the alias ${key.node.path}; the service must be told the ARN of the key. Give the key itself.`);
}

function isAlias(key: kms.IKeyRef): key is kms.IAlias {
  return 'aliasName' in key;
}

/** The key behind an alias; an alias that was imported by its name throws when it is asked. */
function targetOf(alias: kms.IAlias): kms.IKey | undefined {
  try {
    return alias.aliasTargetKey;
  } catch {
    return undefined;
  }
}
