import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnElement, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Place } from './place';
import { PolicyDocument, PolicyStatement } from '../../src/proof';
import { resolve, Scope } from '../../src/testing/simulated-account/intrinsics';

/** The template of the stack that `construct` is in, as the last synthesis wrote it. */
export function templateOf(construct: IConstruct): any {
  const stack = Stack.of(construct);
  return JSON.parse(readFileSync(join(Stage.of(stack)!.outdir, stack.templateFile), 'utf8'));
}

/** The key policy of the template, functions and all. */
export function writtenKeyPolicy(key: IConstruct): { readonly Statement: PolicyStatement[] } {
  const logicalId = Stack.of(key).resolve((key.node.defaultChild as CfnElement).logicalId);
  return templateOf(key).Resources[logicalId].Properties.KeyPolicy;
}

/**
 * The key policy as AWS KMS gets it when the stack is deployed to `place`.
 *
 * @param arnOf the ARN of a resource that the policy refers to; without it, a reference to a resource is an error
 */
export function deployedKeyPolicy(key: IConstruct, place: Place, arnOf?: (logicalId: string) => string): PolicyDocument {
  return resolve(writtenKeyPolicy(key), pseudoParameters(place, arnOf)) as PolicyDocument;
}

/** The statements for service principals. */
export function serviceStatements(policy: PolicyDocument): PolicyStatement[] {
  return (policy.Statement as PolicyStatement[]).filter(({ Principal }) => (Principal as any)?.Service !== undefined);
}

/** The ids of the warnings in the tree. */
export function warningsIn(scope: IConstruct): string[] {
  const messages = scope.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning'));
  return messages.map(({ data }) => /\[ack: (?:annotation::)?(.*)\]$/i.exec(String(data))?.[1] ?? String(data)); // Validations adds annotation::
}

function pseudoParameters({ values }: Place, arnOf?: (logicalId: string) => string): Scope {
  const known: Record<string, string | undefined> = {
    'AWS::AccountId': values['Account'], 'AWS::Region': values['Region'], 'AWS::Partition': values['Partition'], 'AWS::URLSuffix': values['UrlSuffix'],
  };
  const refuse = (what: string) => (name: string): never => { throw new Error(`The key policy uses ${what} ${name}; only pseudo parameters are expected.`); };
  return {
    ref: (name) => known[name] ?? (arnOf ?? refuse('Ref'))(name),
    attribute: arnOf ?? refuse('Fn::GetAtt'),
    importValue: refuse('Fn::ImportValue'),
    mapping: refuse('Fn::FindInMap'),
    condition: refuse('the condition'),
  };
}
