import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { CloudAssembly, CloudFormationStackArtifact, UNKNOWN_ACCOUNT, UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { DeploymentSite, KeyTemplate } from './template-key';

/** A template of a cloud assembly: of a stack, or of one nested in it. */
export interface AssembledTemplate {
  readonly file: string;
  readonly template: KeyTemplate;
  readonly site: DeploymentSite;

  /** The construct path of a resource; of the stack, where the assembly does not tell. */
  pathOf(logicalId: string): string;

  /** Whether a finding is acknowledged at a construct path or above it, as far up as the stack. */
  isAcknowledged(path: string, id: string): boolean;
}

/** Reads the templates of stacks, each followed by those of the stacks that are nested in it. */
export function assembledTemplates(templatePaths: readonly string[]): AssembledTemplate[] {
  const assemblies = new Map<string, CloudAssembly>();
  return templatePaths.map((file) => resolve(file)).flatMap((file) => {
    const directory = dirname(file);
    const assembly = assemblies.get(directory) ?? new CloudAssembly(directory);
    assemblies.set(directory, assembly);
    const stack = assembly.stacks.find(({ templateFullPath }) => resolve(templateFullPath) === file);
    if (!stack) { throw new Error(`No stack of the cloud assembly '${directory}' has the template '${file}'. Give the templates that CDK wrote there.`); }
    return new AssembledStack(stack, nestedTemplates(assembly)).templates();
  });
}

const NESTED_RESOURCE = /\.NestedStack\/[^/]+$/; // the construct in which CDK puts the AWS::CloudFormation::Stack of a NestedStack, beside it

class AssembledStack {
  private readonly path: string;
  private readonly site: DeploymentSite;
  private readonly metadata;
  private readonly nestedStacks: string[];

  constructor(private readonly stack: CloudFormationStackArtifact, private readonly nestedFiles: ReadonlyMap<string, string>) {
    const { hierarchicalId, environment: { account, region }, metadata } = stack;
    this.path = `/${hierarchicalId}`;
    this.site = { account: account === UNKNOWN_ACCOUNT ? undefined : account, region: region === UNKNOWN_REGION ? undefined : region };
    this.metadata = Object.entries(metadata).flatMap(([path, entries]) => entries.map(({ type, data }) => ({ path, type, data: data as unknown })));
    this.nestedStacks = Object.keys(metadata).filter((path) => NESTED_RESOURCE.test(path)).map((path) => path.replace(NESTED_RESOURCE, ''));
  }

  public templates(file = this.stack.templateFullPath, scope = this.path): AssembledTemplate[] {
    const template: KeyTemplate = JSON.parse(readFileSync(file, 'utf8'));
    const nested = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack');
    return [
      {
        file,
        template,
        site: this.site,
        pathOf: (logicalId) => this.pathOf(logicalId, scope).slice(1),
        isAcknowledged: (path, id) => this.isAcknowledged(`/${path}`, id),
      },
      ...nested.flatMap(([logicalId, { Properties }]) => {
        const nestedFile = this.nestedFileOf(Properties?.['TemplateURL']);
        return nestedFile === undefined ? [] : this.templates(nestedFile, this.pathOf(logicalId, scope).replace(NESTED_RESOURCE, ''));
      }),
    ];
  }

  /** The URL ends in the name of the asset; a template from elsewhere is not of this app. */
  private nestedFileOf(url: unknown): string | undefined {
    const text = JSON.stringify(url);
    return [...this.nestedFiles].find(([asset]) => text.includes(asset))?.[1];
  }

  /** Nested stacks may use a logical id again. */
  private pathOf(logicalId: string, scope: string): string {
    return this.metadata.find(({ type, data, path }) => type === 'aws:cdk:logicalId' && data === logicalId && this.stackOf(path) === scope)?.path ?? scope;
  }

  private stackOf(path: string): string {
    const around = this.nestedStacks.filter((nested) => path.startsWith(`${nested}/`));
    return around.sort((a, b) => b.length - a.length)[0] ?? this.path;
  }

  private isAcknowledged(construct: string, id: string): boolean {
    const acknowledged = this.metadata.filter(({ type, path }) =>
      type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && `${construct}/`.startsWith(`${path}/`));
    const isThis = (qualified: string) => qualified.replace(/^annotation::/i, '') === id; // CDK's prefix, in either spelling
    return acknowledged.some(({ data }) => Object.keys(data as object).some(isThis));
  }
}

/** Where the templates of nested stacks lie, by the id of the asset, which is a hash of what is in it. */
function nestedTemplates({ directory, artifacts, stacks }: CloudAssembly): Map<string, string> {
  const manifests = artifacts.filter(({ manifest: { type } }) => String(type) === 'cdk:asset-manifest')
    .map(({ manifest: { properties } }) => JSON.parse(readFileSync(join(directory, (properties as { file: string }).file), 'utf8')) as AssetManifest);
  const files = [
    ...manifests.flatMap((manifest) => Object.entries(manifest.files ?? {})).map(([id, { source }]) => ({ id, file: source.path ?? '' })),
    ...stacks.flatMap(({ assets }) => assets).map(({ sourceHash, path }) => ({ id: sourceHash, file: path })), // LegacyStackSynthesizer
  ];
  return new Map(files.filter(({ file }) => file.endsWith('.nested.template.json')).map(({ id, file }) => [id, join(directory, file)]));
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}
