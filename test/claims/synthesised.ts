import { CfnElement, Stack, Stage } from 'aws-cdk-lib';
import { CustomerManagedKey } from '../../src';
import { RULES, RuleName } from '../../src/claims/rules';
import { evaluate, PolicyDocument, Witness } from '../../src/proof';
import { resolve } from '../../src/testing/simulated-account/intrinsics';
import { ACCOUNT, REGION } from '../deployed';

/** What the synthesis says about a key: the errors that fail it, and the warnings. */
export interface Synthesised {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export function synthesised(key: CustomerManagedKey): Synthesised {
  const errors = errorsOf(() => Stage.of(key)!.synth({ force: true }));
  const warnings = key.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
  return { errors, warnings };
}

/** The rules that are broken, by the name that code has for them; claims that are not true, in full. */
export function brokenRules(key: CustomerManagedKey): string[] {
  const { errors, warnings } = synthesised(key);
  return [...new Set([...errors, ...warnings.filter((message) => ruleIn(message) in RULES)].map(ruleIn))].sort();
}

export function messageOf(rule: RuleName, key: CustomerManagedKey): string {
  const { errors, warnings } = synthesised(key);
  return [...errors, ...warnings].find((message) => ruleIn(message) === rule) ?? fail(`${key.node.path} does not break ${rule}: ${[...errors, ...warnings].join('\n')}`);
}

/** What became of the claims about a key that are not true. */
export function claimsOf(key: CustomerManagedKey): string[] {
  return synthesised(key).errors.filter((message) => message.startsWith('The claim '));
}

/** Whether the witness of a message is a request that the key policy of the template allows, as deployed to what the stand-ins stand for. */
export function isAllowed(message: string, key: CustomerManagedKey, values: Readonly<Record<string, string>> = {}): boolean {
  const { request, identityPolicies } = witnessIn(message);
  return evaluate({ keyPolicy: policyOf(key, values), request, identityPolicies }).decision === 'allow';
}

export function witnessIn(message: string): Witness {
  const start = message.indexOf('Witness: ') + 'Witness: '.length;
  for (let end = message.indexOf('}', start); end > 0; end = message.indexOf('}', end + 1)) {
    try { return JSON.parse(message.slice(start, end + 1)); } catch { /* a brace further on closes it */ }
  }
  return fail(`No witness in: ${message}`);
}

function policyOf(key: CustomerManagedKey, values: Readonly<Record<string, string>>): PolicyDocument {
  const stack = Stack.of(key);
  const { template } = Stage.of(key)!.synth({ force: true, skipValidation: true }).getStackArtifact(stack.artifactId);
  const logicalId: string = stack.resolve((key.node.defaultChild as CfnElement).logicalId);
  const known: Readonly<Record<string, string>> = {
    'AWS::AccountId': ACCOUNT, 'AWS::Region': REGION, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', ...values,
  };
  const valueOf = (name: string) => known[name] ?? fail(`${name} has no value here.`);
  return resolve(template.Resources[logicalId].Properties.KeyPolicy, {
    ref: valueOf,
    importValue: valueOf,
    mapping: valueOf,
    condition: () => false,
    attribute: (id: string) => `arn:aws:iam::${known['AWS::AccountId']}:role/${id}`,
  }) as PolicyDocument;
}

function ruleIn(message: string): string {
  const id = /acknowledge\({ id: '([^']+)'/.exec(message)?.[1];
  return Object.entries(RULES).find(([, rule]) => rule.id === id)?.[0] ?? id ?? message;
}

function errorsOf(synth: () => unknown): string[] {
  try {
    synth();
    return [];
  } catch (error) {
    const { message } = error as Error;
    const [head, ...errors] = message.split(/\n\s*\[[^\]\n]+\] /);
    return errors.length > 0 ? errors : fail(String(head));
  }
}

function fail(message: string): never {
  throw new Error(message);
}
