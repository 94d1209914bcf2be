import { accountModes, serviceModes, SESSION } from './caller-mode';
import type { CallerMode } from './caller-mode';
import type { Goals } from './goals';
import { inPartitions, PARTITIONS, shaped } from './key-domains';
import type { Domain } from './key-domains';
import { KnownKeys } from './known-keys';
import { Memo } from './memo';
import type { AskedQuestion } from './question';

/** Most questions are about the same few ways: what is found out about their keys is of use to the next policy, too. */
const modes = new Memo<readonly CallerMode[]>(100);
const known = new Memo<readonly KnownKeys[]>(100);

/** The ways in which requests can reach AWS KMS that goals and question tell apart, each with what it makes of condition keys. */
export function modesOf(goals: Goals, asked: AskedQuestion): readonly KnownKeys[] {
  const named = [...goals.named, ...asked.named];
  const sessions = named.some((name) => SESSION.test(name)) ? named : [];
  const partitions = partitionsOf([...asked.partitions, ...asked.resource === undefined ? goals.partitions : []]);
  const bothSources = ['aws:sourcearn', 'aws:sourceaccount'].every((key) => goals.keys.includes(key) || asked.keys.includes(key));
  const name = JSON.stringify([sessions, partitions, bothSources]);
  return known.get(JSON.stringify([name, asked.resource]), () => {
    const key = keyOf(asked.resource, partitions);
    const all = modes.get(name, () => [...accountModes(sessions, partitions), ...serviceModes(bothSources, partitions)]);
    return all.map((mode) => new KnownKeys(mode, key));
  });
}

function keyOf(resource: string | undefined, partitions: readonly string[]): Domain {
  if (resource !== undefined) return { presence: 'always', values: [resource] };
  return { ...shaped(...inPartitions('arn:PARTITION:kms:&:############:key/%', partitions)), presence: 'always' };
}

/** A key is in one partition, with all who use it; which one matters only where an ARN says. */
function partitionsOf(written: readonly string[]): readonly string[] {
  const told = new Set(written.filter((partition) => partition !== '*'));
  if (told.size === 0) return [PARTITIONS[0] ?? ''];
  return [...told].some((partition) => /[*?]/.test(partition)) ? PARTITIONS : [...told].sort();
}
