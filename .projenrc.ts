import { awscdk, cdk, github, javascript, typescript } from 'projen';

const CDK_VERSION = '2.257.0'; // newest that integ-runner 2.197.10 reads, oldest that cdk-nag 3 takes

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-customer-managed-keys',
  description: 'AWS CDK constructs for KMS customer-managed keys that wire themselves into the services that use them, and prove that they work',
  author: 'cdk-customer-managed-keys contributors',
  authorAddress: 'maintainers@example.com',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/example/cdk-customer-managed-keys.git',
  keywords: ['aws', 'kms', 'encryption', 'customer-managed-key', 'envelope-encryption'],
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',

  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',
  workflowNodeVersion: 'lts/*',
  buildWorkflowOptions: { mutableInstall: false }, // npm ci
  cdkVersion: CDK_VERSION,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3',
  bumpPackage: 'commit-and-tag-version@^12', // 13 wants Node 22
  devDeps: [
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    '@aws-crypto/client-node@^4',
    '@aws-sdk/client-kms@^3',
    '@aws-sdk/client-secrets-manager@^3',
    '@aws-sdk/client-ssm@^3',
    'aws-cdk@2.1148.1', // npm's latest is a mis-tagged old version
    'cdk-nag@^3',
    'esbuild@^0.28',
    'fast-check@^4',
  ],

  publishToPypi: { distName: 'cdk-customer-managed-keys', module: 'cdk_customer_managed_keys' },
  publishToMaven: {
    javaPackage: 'io.github.example.cmk',
    mavenGroupId: 'io.github.example',
    mavenArtifactId: 'cdk-customer-managed-keys',
  },
  publishToGo: { moduleName: 'github.com/example/cdk-customer-managed-keys-go' },
  publishToNuget: { packageId: 'CdkCustomerManagedKeys', dotNetNamespace: 'CdkCustomerManagedKeys' },

  projenrcTs: true,
  projenrcTsOptions: { projenCodeDir: '.projen' }, // else a top-level folder for one tsconfig.json
  runner: typescript.TypeScriptRunner.tsx(),
  validateTsconfig: cdk.ValidateTsconfig.MINIMAL, // STRICT refuses the next three
  tsconfig: {
    compilerOptions: { noUncheckedIndexedAccess: true, noImplicitOverride: true, noPropertyAccessFromIndexSignature: true },
  },
  tsconfigDev: { include: ['../src/**/*.ts', '../integ/**/*.ts', '../examples/**/*.ts', '../bench/**/*.ts', '../.projen/*.ts', '../.projenrc.ts'] },
  excludeTypescript: ['src/**/*.lambda.ts'], // bundled, never compiled by jsii
  typecheckTests: true,
  jestOptions: {
    jestVersion: '^30.0.0',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: { collectCoverage: false, testTimeout: 60_000 }, // a busy machine is no failure
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'integ', 'examples', 'bench'],
    projectService: false,
    tsconfigPath: './test/tsconfig.json',
    commandOptions: { fix: false, extraArgs: ['--cache', '--max-warnings=0'] },
  },
  npmignoreEnabled: false, // 'files' below is an allow-list
  sampleCode: false,
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,
  githubOptions: { mergify: false },
});

// --- dependencies and what is published -------------------------------------------------------------------------------

project.addDevDeps('jest@~30.4.2'); // 30.5 brings the native @parcel/watcher; jestVersion also names @types/jest
project.package.addPackageResolutions('unrs-resolver@1.12.2'); // 1.13.0: npm 11 ci fails where a mirror lacks its binaries
project.package.addField('allowScripts', { 'esbuild': false, 'unrs-resolver': false }); // both work without; npm 11 wants a decision
project.package.addField('files', ['lib', '.jsii', 'API.md']);
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.gitignore.exclude('/.npmignore', '/.jsii.tabl.json', 'cdk-integ.out.*/', 'cdk.out/', '/examples/java/target/', '/integ/*.snapshot/asset.*/'); // the handlers are built, not kept
// Node 20 is supported here to the end of its users; what the tools say about it is not for those who run the tests.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

/** TypeScript users' doors beside the jsii barrel. None of them loads aws-cdk-lib, but for testing's SimulatedAccount. */
const SUB_PATHS = { envelope: 'lib/envelope/engine/index', proof: 'lib/proof/index', testing: 'lib/testing/index' };
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  ...Object.fromEntries(Object.entries(SUB_PATHS).map(([name, path]) => [`./${name}`, { types: `./${path}.d.ts`, default: `./${path}.js` }])),
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
project.package.addBin({ [project.name]: 'lib/cli.js' });
project.package.addField('typesVersions', {
  '*': Object.fromEntries(Object.entries(SUB_PATHS).map(([name, path]) => [name, [`${path}.d.ts`]])),
});

// --- tasks ------------------------------------------------------------------------------------------------------------

const bundle = project.addTask('bundle', {
  description: 'Bundle the Lambda handlers, each with its own clients, into lib',
  exec: 'tsx .projen/bundle.ts',
});
project.preCompileTask.spawn(bundle);
project.testTask.prependSpawn(bundle);
project.tasks.tryFind('test:watch')?.prependSpawn(bundle);

const OFFLINE = { // skips 8 s of credential look-ups, and touches no account
  AWS_ACCESS_KEY_ID: 'offline',
  AWS_SECRET_ACCESS_KEY: 'offline',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
};
function integTask(name: string, description: string, flags: string[], env?: Record<string, string>) {
  const runner = ['integ-runner', '--directory', './integ', '--language', 'typescript', '--app', 'tsx {filePath}'];
  const steps = [{ spawn: bundle.name }, { execArgs: [...runner, ...flags, '$@'], receiveArgs: true }];
  return project.addTask(name, { description, env, steps });
}
project.testTask.spawn(integTask('integ', 'Compare the stories with their snapshots, offline', [], OFFLINE));
integTask('integ:snapshot', 'Rewrite the snapshots, offline', ['--update-on-failed', '--dry-run', '--parallel-regions', 'us-east-1'], OFFLINE);
integTask('integ:deploy', 'Deploy the changed stories with your credentials, then destroy', ['--update-on-failed']);

project.addTask('start', {
  description: 'Deploy the example into a simulated account and show what its key lets happen',
  steps: [{ spawn: bundle.name }, { exec: 'tsx examples/orders/start.ts' }],
});
project.addTask('bench', {
  description: 'Print the ratios of bench/README.md, each against its paired baseline',
  steps: [{ spawn: bundle.name }, { exec: 'tsx bench/run.ts', receiveArgs: true }],
});
project.addTask('nightly', {
  description: 'The properties over as many cases as a night has time for',
  env: { PROOF_POLICIES: '100000', ENVELOPE_MUTATIONS: '1000000' },
  steps: [{ spawn: bundle.name }, { exec: 'jest --ci "properties|mutations"', receiveArgs: true }],
});
project.addTask('conformance', {
  description: 'Hold LocalKms, or AWS KMS with --aws, to what test/conformance says of AWS KMS',
  exec: 'tsx test/conformance/run.ts',
  receiveArgs: true,
});
project.addTask('differential', {
  description: 'Hold evaluate against two other evaluators of IAM policies',
  steps: [{ exec: 'npm ci --prefix tools/differential' }, { exec: 'npm start --silent --prefix tools/differential --', receiveArgs: true }],
});
project.addTask('readme', {
  description: 'Rewrite what of the README is generated',
  exec: 'tsx .projen/readme.ts',
});
project.postCompileTask.spawn(project.addTask('snippets', {
  description: 'Compile the snippets of the README and the doc comments (fixtures: rosetta/)',
  exec: 'jsii-rosetta extract --strict --batch 100 .',
}));
const nightly = project.github!.addWorkflow('nightly');
nightly.on({ schedule: [{ cron: '17 2 * * *' }], workflowDispatch: {} });
nightly.addJob('properties', {
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  steps: [
    github.WorkflowSteps.checkout(),
    { name: 'Setup Node.js', uses: 'actions/setup-node@v7.0.0', with: { 'node-version': 'lts/*' } },
    ...['npm ci', 'npm run nightly', 'npm run differential'].map((run) => ({ run })),
  ],
});

project.packageTask.reset(); // build packs npm only
project.packageTask.spawn(project.tasks.tryFind('package:js')!);

// --- who may import whom (the arrows of src/README.md) ----------------------------------------------------------------

const ARROWS: Record<string, string[]> = {
  'policy': [],
  'proof': ['policy'],
  'services': ['policy'],
  'claims': ['policy', 'proof'],
  'key': ['policy', 'services', 'proof', 'claims'],
  'custom-resource': ['policy', 'services', 'key'],
  'resources': ['policy', 'services', 'key', 'custom-resource'],
  'envelope': ['policy', 'services', 'key', 'custom-resource'],
  'governance': ['policy', 'proof', 'claims'],
  'testing': ['policy', 'proof'],
  'cli': ['proof', 'claims', 'testing'],
};
project.eslint?.addRules({
  'dot-notation': ['off'], // TypeScript's noPropertyAccessFromIndexSignature wants the brackets
  'import/no-cycle': ['error'],
  'import/no-restricted-paths': ['error', {
    zones: [
      ...Object.entries(ARROWS).map(([folder, others]) => ({
        target: `./src/${folder}`,
        from: './src',
        except: [folder, ...others].map((name) => `./${name}`),
        message: `src/${folder} may import only ${[folder, ...others].join(', ')}.`,
      })),
      { target: './src', from: ['./src/index.ts', './test', './integ'], message: 'Sources import neither the barrel nor tests.' },
    ],
  }],
});
const CDK_FREE = ['src/policy/**', 'src/proof/**', 'src/cli.ts', 'src/cli/**', 'src/envelope/engine/**', 'src/testing/**', 'src/**/*.lambda.ts', 'src/**/contract.ts'];
project.eslint?.addOverride({
  files: CDK_FREE,
  excludedFiles: ['src/testing/simulated-account/assembly.ts'], // the one file there that reads a cloud assembly
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', {
      patterns: [{ group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], message: 'Pure or run-time code: no CDK here.' }],
    }],
  },
} as any);
project.eslint?.allowDevDeps('src/**/*.lambda.ts');

project.synth();
