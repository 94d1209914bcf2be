import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/** Services encrypt under symmetric keys of their own Region; stock CDK passes any key on, and the deployment fails. */
export function refuseUnfitKey(resource: IConstruct, prop: string, key: kms.IKeyRef): void {
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
