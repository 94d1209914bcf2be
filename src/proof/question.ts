import { parseArn } from './arn';
import { atomOf, membership } from './atom';
import type { Atom } from './atom';
import type { CallerMode } from './caller-mode';
import { compileConditions } from './condition';
import { QuestionError } from './errors';
import { ARN, TEXT } from './glob';
import { IDENTITY_ONLY_ACTIONS, keyActions } from './kms-actions';
import type { OneOrMore, PolicyStatement } from './policy-document';
import { listOf } from './policy-document';
import { ofAccount, partitionsIn, TRUE } from './provable-statement';
import type { Choice } from './provable-statement';
import { FIELDS, isAboutNobody, strangeField } from './question-fields';

/** Whom a question is about: whoever one of the lists names. */
export interface Who {
  readonly anyone?: boolean;
  /** Principals of these accounts; `*` for any account, which leaves services out. */
  readonly accounts?: readonly string[];
  /** Service principals such as `logs.eu-west-1.amazonaws.com`, also as patterns; `*` for any. */
  readonly services?: readonly string[];
  /** ARNs of roles (with all of their sessions), of users, root users, federated users, also as patterns; ARNs of sessions, in full. */
  readonly principals?: readonly string[];
}

/** Whom it is not about, whatever else `who` says. */
export interface Except extends Omit<Who, 'anyone'> {
  /** Principals whose account is in one of these organizations, by id. */
  readonly organizations?: readonly string[];
}

/** Can somebody do something? All as JSON. */
export interface Question {
  /** E.g. `kms:Decrypt`, in any case; `*` and `?` stand for the actions of AWS KMS that they match. Any of them counts. */
  readonly actions: OneOrMore<string>;
  /** @default anyone */
  readonly who?: Who;
  /** @default nobody */
  readonly except?: Except;
  /**
   * By condition key: a pattern that a value matches, `present`, or `absent`. One that starts with `arn:` is compared as ARNs are,
   * its wildcards staying within their segments.
   * @default anything
   */
  readonly context?: Readonly<Record<string, string>>;
  /** The ARN of the key. @default any key */
  readonly resource?: string;
}

/** A question read once. */
export interface AskedQuestion {
  /** In AWS's spelling, without `kms:`. */
  readonly actions: readonly string[];
  readonly resource?: string;
  /** The account that owns the key, if the question says. */
  readonly owner?: string;
  /** What stands where ARNs have their partition. */
  readonly partitions: readonly string[];
  /** The principals that it names. */
  readonly named: readonly string[];
  /** The condition keys that it asks for, in lower case. */
  readonly keys: readonly string[];
  /** What a request must be, whoever makes it. */
  readonly context: readonly Choice[];
  /** What a caller of this mode must be to be asked for. */
  who(mode: CallerMode): readonly Choice[];
}

const SESSION = /^arn:[^:*?]+:sts::\d{12}:assumed-role\/[^/*?]+\/[^*?]+$/;

export function ask(question: Question): AskedQuestion {
  const { who = { anyone: true }, except = {}, context = {}, resource } = checked(question);
  const [included, excluded] = [selectionOf(who), selectionOf(except)];
  const conditions = contextAtoms(context, except.organizations ?? []);
  const key = resource === undefined ? undefined : parseArn(resource);
  return {
    actions: actionsOf(question.actions),
    resource,
    owner: key?.account,
    partitions: key ? [key.partition] : partitionsIn(question),
    named: [...who.principals ?? [], ...except.principals ?? []],
    keys: conditions.map((atom) => atom.key),
    context: conditions.map((atom) => [[{ atom, holds: true }]]),
    who: (mode) => {
      if (mode.session !== undefined && excluded.sessions.includes(mode.session)) return [NOBODY];
      const not = selects(excluded, mode).flat().map(({ atom }): Choice => [[{ atom, holds: false }]]);
      return [who.anyone ? TRUE : selects(included, mode), ...not];
    },
  };
}

const NOBODY: Choice = [];

interface Selection {
  readonly sessions: readonly string[];
  readonly arns?: Atom;
  readonly services?: Atom;
}

function selectionOf({ accounts = [], services = [], principals: named = [] }: Who): Selection {
  const sessions = named.filter((arn) => SESSION.test(arn));
  const patterns = [...named.filter((arn) => !sessions.includes(arn)), ...accounts.map(ofAccount)];
  return {
    sessions,
    arns: patterns.length > 0 ? membership('aws:PrincipalArn', patterns, ARN) : undefined,
    services: services.length > 0 ? membership('aws:PrincipalServiceName', services, TEXT) : undefined,
  };
}

function selects({ sessions, arns, services }: Selection, { caller, session }: CallerMode): Choice {
  if (session !== undefined && sessions.includes(session)) return TRUE;
  const atom = caller === 'service' ? services : arns;
  return atom ? [[{ atom, holds: true }]] : NOBODY;
}

function contextAtoms(context: NonNullable<Question['context']>, organizations: readonly string[]): Atom[] {
  const inContext = Object.entries(context).flatMap(([key, wanted]) =>
    compileConditions(conditionOf(key, wanted), { where: 'The context of the question', variables: false }));
  const outside: PolicyStatement['Condition'] = organizations.length > 0 ? { StringNotEquals: { 'aws:PrincipalOrgID': organizations } } : {};
  return [...inContext, ...compileConditions(outside, { where: 'The question', variables: false })].map(atomOf);
}

function conditionOf(key: string, wanted: string): NonNullable<PolicyStatement['Condition']> {
  if (wanted === 'absent' || wanted === 'present') return { Null: { [key]: String(wanted === 'absent') } };
  return { [wanted.startsWith('arn:') ? 'ForAnyValue:ArnLike' : 'ForAnyValue:StringLike']: { [key]: wanted } };
}

function actionsOf(patterns: OneOrMore<string>): string[] {
  return [...new Set(listOf(patterns).flatMap((pattern) => {
    const actions = keyActions(pattern);
    if (actions.length === 0) throw notAnAction(pattern);
    return actions;
  }))];
}

function notAnAction(given: string): QuestionError {
  const other = IDENTITY_ONLY_ACTIONS.some((action) => `kms:${action}`.toLowerCase() === given.toLowerCase());
  return new QuestionError({
    fact: other ? 'The question is about an action that names no key, so that a key policy has no say over it' : 'The question is about no action of AWS KMS',
    given,
    allowed: 'actions are written like kms:Decrypt, with * and ? for several',
    remedy: other ? 'Look at identity policies instead.' : 'See the Service Authorization Reference for AWS KMS.',
  });
}

const LISTS = ['accounts', 'services', 'principals', 'organizations'] as const;

function checked(question: Question): Question {
  const { who = { anyone: true }, except = {}, actions, resource } = question;
  const lists = LISTS.flatMap((list) => [[`who.${list}`, (who as Except)[list]], [`except.${list}`, except[list]]] as const);
  const wrong = lists.find(([, list]) => list !== undefined && !Array.isArray(list));
  if (wrong) throw new QuestionError({ fact: `'${wrong[0]}' of the question is no list`, given: wrong[1], allowed: 'it is a list of text', remedy: 'Write one.' });
  const strange = strangeField(question);
  if (strange !== undefined) {
    throw new QuestionError({
      fact: 'The question has a field that no question has', given: strange, allowed: `its fields are ${Object.keys(FIELDS).join(', ')}`, remedy: 'Correct it.',
    });
  }
  if (isAboutNobody(question)) {
    throw new QuestionError({ fact: "'who' of the question names nobody", given: who, allowed: 'it names somebody, or is left out for anyone', remedy: 'Correct it.' });
  }
  const account = [...who.accounts ?? [], ...except.accounts ?? []].find((each) => !/^(\*|\d{12})$/.test(each));
  if (account !== undefined) {
    throw new QuestionError({ fact: 'The question names no account', given: account, allowed: 'an account is 12 digits, or * for any', remedy: 'Correct it.' });
  }
  if (listOf(actions).length === 0) {
    throw new QuestionError({ fact: 'The question names no action', given: actions, allowed: 'it names one at least', remedy: 'Give e.g. kms:Decrypt.' });
  }
  if (resource !== undefined && !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(resource)) {
    throw new QuestionError({
      fact: 'The resource of the question is no key', given: resource, allowed: 'it is the ARN of a key', remedy: 'Give it, or leave it out for any key.',
    });
  }
  return question;
}
