import type { Claim } from './claim';
import { PROGRAM, UsageError } from './command';
import { policyFrom } from './json-file';
import { addsNothingTo, nobodyAnswers, noneVacuous } from './policy-claims';
import type { ProveOptions } from './prove-options';
import { questionFrom } from './question-file';
import { notPublic, onlyThese } from './who-claims';
import type { Deed } from './who-claims';

const LIMIT = ['only-accounts', 'only-organizations', 'only-principals', 'only-services'] as const;
const DEED = ['action', 'key', 'via-service', 'context'] as const;

/**
 * The claims that the arguments make.
 *
 * @throws UsageError when there is none, or something is given that none of them is about
 */
export function claimsOf(options: ProveOptions): Claim[] {
  const [whoCan, others] = [whoClaims(options), otherClaims(options)];
  if (whoCan.length === 0 && options.has(...DEED)) throw idle();
  if (whoCan.length + others.length > 0) return [...whoCan, ...others];
  throw new UsageError(`No claim is given, so that nothing is decided; any number is allowed. Give e.g. --only-accounts 111122223333. See '${PROGRAM} prove --help'.`);
}

function whoClaims(options: ProveOptions): Claim[] {
  const deed = deedOf(options);
  const [accounts, organizations, principals, services] = LIMIT.map((name) => options.list(name)) as [string[], string[], string[], string[]];
  return [
    ...options.has(...LIMIT) ? onlyThese({ accounts, organizations, principals, services }, deed) : [],
    ...options.has('not-public') ? [notPublic(deed)] : [],
  ];
}

function otherClaims({ has, list }: ProveOptions): Claim[] {
  return [
    ...has('vacuous') ? [noneVacuous()] : [],
    ...list('question').map((file) => nobodyAnswers(questionFrom(file), file)),
    ...list('diff').map((file) => addsNothingTo(policyFrom(file), file)),
  ];
}

function idle(): UsageError {
  const names = DEED.map((name) => `--${name}`).join(', ');
  return new UsageError(`One of ${names} is given without a claim that it is about; such claims are --only-... and --not-public. Give one of these as well.`);
}

function deedOf({ list }: ProveOptions): Deed {
  const [actions, [resource, ...others]] = [list('action'), list('key')];
  if (others.length > 0) throw new UsageError(`${others.length + 1} keys are given; one is allowed. Leave --key out for any key that has the policy.`);
  const context = contextOf([...list('via-service').map((service) => `kms:ViaService=${service}`), ...list('context')]);
  return { actions: actions.length > 0 ? actions : ['kms:*'], context, resource };
}

function contextOf(texts: readonly string[]): Deed['context'] {
  const pairs = texts.map(pairOf);
  const keys = pairs.map(([key]) => key.toLowerCase());
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice === undefined) return Object.fromEntries(pairs);
  throw new UsageError(`The condition key ${twice} is given twice; once is allowed. Take one away, or write a pattern that matches both.`);
}

function pairOf(text: string): [key: string, value: string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new UsageError(`'--context' is given '${text}'; it takes KEY=VALUE, with a condition key such as aws:SourceAccount. Correct it.`);
}
