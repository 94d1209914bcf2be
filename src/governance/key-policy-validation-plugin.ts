import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import { AssembledTemplate, assembledTemplates } from './assembled-template';
import { isFinding, keysIn, readKey } from './template-key';
import { builtInFindings } from '../claims/built-in-rules';
import { Finding } from '../claims/finding';
import { KeyRule, RULES } from '../claims/rules';

/** The rules that hold for any key; the others need to know what a key was asked for. */
const REPORTED: KeyRule[] = [RULES.accepted, RULES.notPublic, RULES.notLockedOut, RULES.servicesScoped, RULES.noIdleStatement, RULES.decided];

/**
 * Proves at synth, of every `AWS::KMS::Key` and `AWS::KMS::ReplicaKey` of an app, what this library proves of its own keys: AWS KMS
 * accepts the policy, it is not public, nobody is locked out, no service can be made to use the key for another account's resources,
 * no statement is idle. It reads the templates, nested stacks included, so it does not matter which construct wrote the key:
 * `Validations.of(app).addPlugins(new KeyPolicyValidationPlugin())`.
 *
 * An error fails the synthesis; a warning is reported. What only the deployment tells is `undecided`, never taken to hold.
 *
 * To acknowledge a finding of one key: `Validations.of(key).acknowledge({ id: 'cdk-customer-managed-keys:publicKey', reason: '…' })`,
 * on the key or above it, as far up as its stack. With `::` in place of the one colon it is CDK itself that takes the finding back,
 * also for a stage or an app; CDKs older than path-based acknowledgement then take it back for the whole app, wherever it is acknowledged.
 */
export class KeyPolicyValidationPlugin implements IPolicyValidationPlugin {
  /** The name in the validation report, and the prefix of the rules' ids. */
  public readonly name: string = 'cdk-customer-managed-keys';

  /** The version of this library. */
  public readonly version?: string = (JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string }).version;

  /** The ids of the rules, without prefix. */
  public readonly ruleIds?: string[] = REPORTED.map(nameOf);

  /** Called by CDK, once for all templates. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = assembledTemplates(context.templatePaths).flatMap((template) =>
      keysIn(template.template).flatMap((logicalId) => violationsOf(template, logicalId)));
    return { success: violations.every(({ severity }) => severity !== 'error'), violations };
  }
}

function nameOf({ id }: KeyRule): string {
  return id.slice(id.indexOf(':') + 1);
}

function violationsOf(template: AssembledTemplate, logicalId: string): PolicyViolation[] {
  const { read } = readKey(template.template, logicalId, template.site);
  const path = template.pathOf(logicalId);
  return (isFinding(read) ? [read] : builtInFindings(read))
    .filter(({ rule: { id } }) => !template.isAcknowledged(path, id))
    .map((each) => violation(each, path.replace(/\/Resource$/, ''), { // of the L2 around an L1
      resourceLogicalId: logicalId,
      templatePath: template.file,
      locations: [locationOf(each, template.template.Resources?.[logicalId]?.Properties?.['KeyPolicy'])],
    }));
}

function violation({ rule, message }: Finding, construct: string, resource: PolicyViolation['violatingResources'][number]): PolicyViolation {
  return {
    ruleName: nameOf(rule),
    description: `${construct} breaks the rule '${rule.title}'. ${message} To acknowledge: Validations.of(construct).acknowledge({ id: '${rule.id}', reason: '…' }) `
      + `on ${construct} or above it in its stack.`,
    fix: rule.remedy,
    severity: rule.severity,
    ruleMetadata: { source: rule.source },
    violatingResources: [resource],
  };
}

function locationOf({ statement }: Finding, keyPolicy: unknown): string {
  const statements = (keyPolicy as { Statement?: unknown } | undefined)?.Statement;
  if (statement === undefined || statements === undefined) { return 'Properties/KeyPolicy'; }
  return `Properties/KeyPolicy/Statement${Array.isArray(statements) ? `/${statement}` : ''}`;
}
