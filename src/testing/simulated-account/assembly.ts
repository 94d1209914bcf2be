import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Stage } from 'aws-cdk-lib';

/** A synthesised app: an App or Stage, or the directory of its cloud assembly. */
export type AssemblySource = Stage | string;

/** A resource as the template declares it. */
export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** An AWS CloudFormation template, as far as it is read here. */
export interface Template {
  readonly Resources?: Readonly<Record<string, ResourceDefinition>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, {
    readonly Value: unknown;
    readonly Condition?: string;
    readonly Export?: { readonly Name: unknown };
  }>>;
}

/** The construct path of a resource, without the leading slash. */
export interface ConstructPath {
  readonly path: string;
  readonly logicalId: string;
}

/** A stack of a cloud assembly. */
export interface StackArtifact {
  readonly stackName: string;
  /** The path of the stack in the construct tree, as the CDK CLI shows it. */
  readonly displayName: string;
  /** The account, unless the stack is environment-agnostic. */
  readonly account?: string;
  /** The Region, unless the stack is environment-agnostic. */
  readonly region?: string;
  /** The role that CloudFormation works with, its pseudo parameters unresolved. */
  readonly executionRoleArn?: string;
  readonly template: Template;
  /** Of this stack and of the stacks nested in it. */
  readonly constructPaths: readonly ConstructPath[];
  /** Where the file assets lie, by their object key: Lambda code and nested templates. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

type Metadata = Readonly<Record<string, ReadonlyArray<{ readonly type: string; readonly data?: unknown }>>>;

/**
 * Reads the stacks of an app, a stage or a cloud assembly directory, each after those it depends on.
 *
 * @throws TypeError for a source that is none of these
 */
export function readAssembly(source: AssemblySource): StackArtifact[] {
  const directory = directoryOf(source);
  if (!fs.existsSync(path.join(directory, 'manifest.json'))) {
    throw new Error(`'${directory}' holds no manifest.json. Give an App, a Stage, or the directory that 'cdk synth' wrote (cdk.out).`);
  }
  return readDirectory(directory);
}

function directoryOf(source: AssemblySource): string {
  if (typeof source === 'string') return source;
  if (typeof source?.synth === 'function') return source.synth().directory;
  const given = (source as object | null | undefined)?.constructor?.name.replace(/\d+$/, '') ?? String(source); // newer CDKs number their classes
  throw new TypeError(`The app to simulate is of the type ${given}; it can be an App, a Stage, or the directory of a cloud assembly (cdk.out). `
    + 'For a stack, give the App or Stage it is in: Stage.of(stack).');
}

function readDirectory(directory: string): StackArtifact[] {
  const artifacts = readJson<{ artifacts?: Record<string, Artifact> }>(path.join(directory, 'manifest.json')).artifacts ?? {};
  const assets = new Map(Object.values(artifacts).flatMap((artifact) => readAssets(directory, artifact)));
  return inOrder(artifacts).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly') return readDirectory(path.join(directory, String(artifact.properties!['directoryName'])));
    return artifact.type === 'aws:cloudformation:stack' ? [readStack(directory, id, artifact, assets)] : [];
  });
}

function readStack(directory: string, id: string, artifact: Artifact, assets: ReadonlyMap<string, string>): StackArtifact {
  const properties = artifact.properties ?? {};
  const [account, region] = (artifact.environment ?? '').replace('aws://', '').split('/');
  return {
    stackName: String(properties['stackName'] ?? id),
    displayName: artifact.displayName ?? id,
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
    executionRoleArn: properties['cloudFormationExecutionRoleArn'] as string | undefined,
    template: readJson<Template>(path.join(directory, String(properties['templateFile']))),
    constructPaths: constructPaths(directory, artifact),
    assets,
  };
}

function readAssets(directory: string, artifact: Artifact): Array<[string, string]> {
  if (artifact.type !== 'cdk:asset-manifest') return [];
  const manifest = readJson<{ files?: Record<string, AssetFile> }>(path.join(directory, String(artifact.properties!['file'])));
  return Object.values(manifest.files ?? {}).flatMap(({ source, destinations }) => {
    if (source.path === undefined) return [];
    const file = path.resolve(directory, source.path);
    return Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, file]);
  });
}

interface AssetFile {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

function constructPaths(directory: string, artifact: Artifact): ConstructPath[] {
  const metadata: Metadata = {
    ...artifact.metadata,
    ...artifact.additionalMetadataFile && readJson<Metadata>(path.join(directory, artifact.additionalMetadataFile)),
  };
  return Object.entries(metadata).flatMap(([at, entries]) => entries
    .filter(({ type }) => type === 'aws:cdk:logicalId')
    .map(({ data }) => ({ path: at.replace(/^\//, ''), logicalId: String(data) })));
}

function inOrder(artifacts: Record<string, Artifact>): Array<[string, Artifact]> {
  const ordered = new Map<string, Artifact>();
  const visit = (id: string) => {
    const artifact = artifacts[id];
    if (!artifact || ordered.has(id)) return;
    artifact.dependencies?.forEach(visit);
    ordered.set(id, artifact);
  };
  Object.keys(artifacts).forEach(visit);
  return [...ordered];
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}
