import { parseArn } from './arn';
import { goalsOfCaller } from './caller-goals';
import { evaluate } from './evaluate';
import { matterOf } from './matter';
import type { EvaluateInput, Request } from './matter';
import type { Proof } from './prove';
import { ask } from './question';
import type { Question } from './question';
import type { ContextInput } from './request-context';
import { ABSENT_IN_KEY_POLICIES } from './request-physics';
import { searchRequests } from './request-search';

/**
 * Decides whether the caller of a request can do the same on some condition: whether there is a request by this caller, of this
 * action, on this key, with the context given and whatever else, that all policies and grants together allow.
 *
 * Where `prove` takes the caller's own policies to allow everything, this takes them as they are.
 *
 * @throws PolicyError, RequestError, QuestionError as `evaluate` and `prove` do
 */
export function proveCaller(input: EvaluateInput): Proof {
  const { goals, unread } = goalsOfCaller(matterOf(input));
  let yes: Proof | undefined;
  let unchecked = false;
  const undecided = searchRequests(goals, ask(questionOf(input.request)), ({ witness }) => {
    yes = confirmed(input, witness.request);
    unchecked ||= yes === undefined;
    return yes ? 'end' : 'another';
  });
  if (yes) return yes;
  const obstacles = [...undecided, ...unchecked ? unread : []];
  if (obstacles.length > 0 || unchecked) {
    return { answer: 'unknown', reason: `Not decided: the policies have ${obstacles.join('; and ') || 'what the search does not follow'}.` };
  }
  return { answer: 'no', reason: `No request of ${input.request.principal} for ${input.request.action} is allowed, whatever its context.` };
}

function confirmed(input: EvaluateInput, found: Request): Proof | undefined {
  const request = { ...input.request, context: { ...found.context, ...input.request.context } };
  const { decision, statement, reason } = evaluate({ ...input, request });
  if (decision !== 'allow') return undefined;
  return { answer: 'yes', witness: { request }, statements: statement ? [statement] : [], reason };
}

function questionOf({ principal, action, resource, context = {} }: Request): Question {
  const given = Object.entries(context).filter(([key, value]) => !ABSENT_IN_KEY_POLICIES.test(key.toLowerCase()) && isItsOwnPattern(value));
  return {
    actions: action,
    who: principal.startsWith('arn:') ? { principals: [principal] } : { services: [principal] },
    context: Object.fromEntries(given.map(([key, value]) => [key, String(value)])),
    resource,
  };
}

/** Whether a value, as the pattern of a question, asks for itself at least; the others are left open. */
function isItsOwnPattern(value: ContextInput[string]): boolean {
  return !Array.isArray(value) && !['', 'absent', 'present'].includes(String(value)) && (!String(value).startsWith('arn:') || parseArn(String(value)) !== undefined);
}
