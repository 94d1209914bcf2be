import type { EvaluateInput } from '../../src/proof';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What may go as a whole. */
const OPTIONAL = /^(identityPolicies|permissionsBoundary|serviceControlPolicies|resourceControlPolicies|Condition|Sid)$/;
/** Whose entries may go one by one. */
const MAPS = /^(Condition|context|operator)$/;
/** What any value may give way to. */
const SIMPLEST: Readonly<Record<string, string>> = { Action: 'kms:*', Resource: '*', Principal: '*', Version: '2012-10-17' };
/** Elements that others may stand in for. */
const POSITIVE: Readonly<Record<string, string>> = { NotAction: 'Action', NotResource: 'Resource', NotPrincipal: 'Principal' };

/** All questions that are one step simpler, the boldest steps first. */
export function simpler(question: EvaluateInput): EvaluateInput[] {
  return [...steps(question as unknown as Json, '')].sort(bySize) as unknown as EvaluateInput[];
}

const sizeOf = (json: Json) => JSON.stringify(json).length;
const bySize = (one: Json, other: Json) => sizeOf(one) - sizeOf(other);

function* steps(json: Json, name: string): Generator<Json> {
  if (name in SIMPLEST && json !== SIMPLEST[name]) yield SIMPLEST[name] ?? null;
  if (Array.isArray(json)) yield* listSteps(json as readonly Json[], name);
  else if (typeof json === 'object' && json !== null) yield* mapSteps(json as Readonly<Record<string, Json>>, name);
}

function* listSteps(list: readonly Json[], name: string): Generator<Json> {
  for (const [i, element] of list.entries()) {
    if (list.length > 1) yield list.filter((_, j) => j !== i);
    for (const step of steps(element, name)) yield list.map((each, j) => j === i ? step : each);
  }
}

function* mapSteps(map: Readonly<Record<string, Json>>, name: string): Generator<Json> {
  for (const [key, value] of Object.entries(map)) {
    const { [key]: _, ...rest } = map;
    const positive = POSITIVE[key];
    if (OPTIONAL.test(key) || MAPS.test(name)) yield rest;
    if (positive) yield { ...rest, [positive]: SIMPLEST[positive] ?? null };
    for (const step of steps(value, name === 'Condition' ? 'operator' : key)) yield { ...map, [key]: step };
  }
}
