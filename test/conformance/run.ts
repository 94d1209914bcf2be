import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCallers } from './callers';
import { cleanUp } from './leftovers';
import { isGood, reportOf } from './report';
import { runSubject, type Run } from './runner';
import { subjects } from './subject';
import { localTarget, Target } from './target';

const OPTIONS = {
  'aws': { type: 'boolean', default: false },
  'endpoint': { type: 'string' },
  'callers': { type: 'string' },
  'region': { type: 'string', default: 'us-east-1' },
  'other-region': { type: 'string', default: 'eu-west-1' },
  'patience': { type: 'string', default: '60' },
  'only': { type: 'string', default: '' },
  'clean-up': { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (!values.aws && !values.endpoint) { return holdLocalKms(values); }
  const target = remoteTarget(values);
  await (values['clean-up'] ? removeLeftovers(target) : hold(target, values));
}

async function holdLocalKms(values: Options): Promise<void> {
  const { target, close } = await localTarget();
  await hold(target, values).finally(close);
}

function remoteTarget(values: Options): Target {
  if (values.aws && values.endpoint) { throw new Error('--aws asks AWS KMS itself, --endpoint another: give one of them.'); }
  if (!values.callers) { throw new Error('Give --callers FILE: who the callers of the cases are there. test/conformance/README.md shows one.'); }
  return new Target({
    callers: readCallers(readFileSync(values.callers, 'utf8')),
    region: values.region,
    otherRegion: values['other-region'],
    endpoint: values.endpoint,
    patienceSeconds: values.aws ? Number(values.patience) : 0,
  });
}

async function hold(target: Target, { only }: Options): Promise<void> {
  const chosen = subjects().filter(({ subject }) => subject.toLowerCase().includes(only.toLowerCase()));
  if (chosen.length === 0) { throw new Error(`No subject has '${only}' in its name. There are ${subjects().map(({ subject }) => subject).join(', ')}.`); }
  const runs: Run[] = [];
  for (const subject of chosen) {
    console.log(`${subject.subject}: ${subject.cases.length} cases`);
    runs.push(await runSubject(target, subject));
  }
  console.log(['', ...reportOf(runs)].join('\n'));
  if (!isGood(runs)) { process.exitCode = 1; }
}

async function removeLeftovers(target: Target): Promise<void> {
  const { found, failures } = await cleanUp(target);
  console.log([`${found.length} found`, ...found, ...failures.map((failure) => `could not remove ${failure}`)].join('\n'));
  if (failures.length > 0) { process.exitCode = 1; }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
