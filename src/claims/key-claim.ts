import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { servicesUse, workFor } from './foreign-source';
import { Judgement, nobodyCan, somebodyCan, TRUE, worst } from './judgement';
import { KeyAudience } from './key-audience';
import { KeyFacts } from './key-facts';
import { policyBut } from './narrowed-policy';
import { others, strangers } from './strangers';
import { actionsOfKind, CRYPTOGRAPHIC_ACTIONS, DEPLOYMENT_ACTIONS, ENCRYPTION_CONTEXT_ACTIONS, explicitActions } from '../policy/actions';
import { PENDING_WINDOW_DAYS } from '../policy/limits';
import { Question, Who } from '../proof';
import { ask } from '../proof/question';
import { questionFault } from '../proof/question-fields';

/** The key that a claim is about. */
export interface ClaimedKey {
  readonly facts: KeyFacts;

  /** A principal of the app as the key policy would name it; none where it names no role, user, account or service. */
  readonly who: (principal: iam.IPrincipal) => readonly Who[];
}

/**
 * Something that is to be true of a key, whatever is added to it later: `key.claim(KeyClaim.usableOnlyBy({ accounts: ['111122223333'] }))`.
 *
 * It is proved of the finished key policy at synth, for every request that AWS makes. A claim that is false fails the synthesis with
 * a request that shows it; one that cannot be decided fails too, and says what stopped the proof: an unresolved token, a policy
 * variable, NotPrincipal. A claim is about the key policy: what it leaves to the IAM policies of an account, those are taken to
 * allow; grants, service control and resource control policies are left aside (IAM User Guide, Policy evaluation logic).
 */
export class KeyClaim {
  /** Nobody in an account or organization that the key policy does not name can do anything with the key. */
  public static neverPublic(): KeyClaim {
    return new KeyClaim('never public', ({ facts }) => nobodyCan(strangers(facts), facts));
  }

  /**
   * Nobody can do anything with the key but principals of its own account and of this audience, and no AWS service that says for
   * which account it works does so for any other. Of one that does not say, the warnings `unscopedService` and `residualAccess` tell.
   *
   * @throws when an id is none
   */
  public static usableOnlyBy(audience: KeyAudience): KeyClaim {
    const { accounts = [], organizations = [] } = audience;
    accounts.forEach((id) => refuseUnlike(id, /^\d{12}$/, 'an account id', '12 digits'));
    organizations.forEach((id) => refuseUnlike(id, /^o-[a-z0-9]{10,32}$/, 'an organization id', 'o- and 10 to 32 small letters and digits'));
    const named = [...accounts.map((id) => `account ${id}`), ...organizations.map((id) => `organization ${id}`)];
    return new KeyClaim(`usable only by ${['its own account', ...named].join(', ')}`, ({ facts }) => worst([
      nobodyCan(others(facts, accounts, organizations), facts),
      nobodyCan({ ...servicesUse(facts), context: { 'aws:SourceAccount': 'present' } }, facts,
        policyBut(facts.policy, ...workFor(facts, [facts.account, ...accounts], organizations))),
    ]), audience);
  }

  /**
   * Each of these principals can do all of these actions, as far as the key policy goes: by some request at least, if it has conditions.
   *
   * @param principals roles, users, accounts and services; of one that is anything else the claim is unknown
   * @throws when no principal is given, or when an action does not exist or names no key
   */
  public static can(principals: iam.IGrantable[], actions: string[]): KeyClaim {
    const explicit = keyActions(actions);
    return new KeyClaim(`${inWords(principals)} can ${explicit.join(', ')}`, (key) => ofEach(principals, key, (who) =>
      somebodyCan(explicit.map((action) => ({ actions: action, who })), key.facts)), namesOf(principals));
  }

  /**
   * None of these principals can do any of these actions, whatever IAM policies say. Services without a Region are meant in any.
   *
   * @param principals roles, users, accounts and services; of one that is anything else the claim is unknown
   * @throws when no principal is given, or when an action does not exist or names no key
   */
  public static cannot(principals: iam.IGrantable[], actions: string[]): KeyClaim {
    const explicit = keyActions(actions);
    return new KeyClaim(`${inWords(principals)} cannot ${explicit.join(', ')}`, (key) => ofEach(principals, key, (who) =>
      nobodyCan({ actions: explicit, who: inAnyRegion(who) }, key.facts)), namesOf(principals));
  }

  /**
   * The key encrypts and decrypts only for these services, on behalf of their callers (`kms:ViaService`) or as themselves.
   *
   * @param services their names before the Region, such as `s3`
   * @throws when no service is given
   */
  public static onlyThroughServices(...services: string[]): KeyClaim {
    if (services.length === 0) { throw new Error('onlyThroughServices() is given no service. Name those that may use the key: s3, sqs, …'); }
    services.forEach((service) => refuseUnlike(service, /^[a-z0-9-]+$/, 'the name of a service', 'small letters, digits and hyphens, such as s3'));
    const names = services.map((service) => `${service}.*`);
    return new KeyClaim(`usable only through ${services.join(', ')}`, ({ facts }) =>
      nobodyCan({ actions: CRYPTOGRAPHIC_ACTIONS, except: { services: names } }, facts, policyBut(facts.policy, { StringLike: { 'kms:ViaService': names } })));
  }

  /**
   * The key encrypts and decrypts only with this encryption context: all of these pairs, and others beside them.
   *
   * @param encryptionContext values may hold the wildcards `*` and `?`
   * @throws when it is empty
   */
  public static onlyWithEncryptionContext(encryptionContext: { [key: string]: string }): KeyClaim {
    const pairs = Object.entries(encryptionContext);
    if (pairs.length === 0) { throw new Error('onlyWithEncryptionContext() is given no pair. Give those that every request must have.'); }
    const conditions = Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value]));
    return new KeyClaim(`usable only with the encryption context ${pairs.map(([key, value]) => `${key}=${value}`).join(', ')}`, ({ facts }) =>
      nobodyCan({ actions: ENCRYPTION_CONTEXT_ACTIONS }, facts, policyBut(facts.policy, { StringLike: conditions })));
  }

  /** Those given as `admins` can neither use the key nor make grants, whatever IAM policies say. */
  public static administratorsCannotUse(): KeyClaim {
    return new KeyClaim('administrators cannot use the key', ({ facts }) => facts.administrators.length > 0
      ? nobodyCan({ actions: [...CRYPTOGRAPHIC_ACTIONS, 'kms:CreateGrant'], who: { principals: facts.administrators } }, facts)
      : { verdict: 'unknown', reason: 'The key has no administrators.', remedy: "Name them in 'admins', or take the claim out." });
  }

  /**
   * The role that deploys the stack can do what CloudFormation needs to update and delete the key and its aliases, as far as the key
   * policy goes.
   *
   * It is the execution role of the stack's synthesizer, which CloudFormation uses without MFA and from no network of yours. Stacks that
   * hold other resources under the key may need more: claim that with `KeyClaim.can`.
   */
  public static deployRoleKeepsControl(): KeyClaim {
    return new KeyClaim('the deployment role keeps control', ({ facts }) => {
      const { deployRole } = facts;
      if (deployRole === undefined) {
        return { verdict: 'unknown', reason: 'The synthesizer of the stack names no execution role.', remedy: 'Use DefaultStackSynthesizer, or KeyClaim.can([role], […]).' };
      }
      const who = { principals: [deployRole] };
      const { verdict, reason } = somebodyCan(DEPLOYMENT_ACTIONS.map((action) => ({ actions: action, who, context: BY_CLOUDFORMATION })), facts);
      return verdict === 'true' ? TRUE : { verdict, reason: `${reason} CloudFormation calls AWS KMS itself, without MFA, from no network of yours.` };
    });
  }

  /**
   * Whoever deletes the key, the deletion can be cancelled for at least so long: it holds for the stack's own deletion, and the key
   * policy must deny every shorter one (AWS KMS Developer Guide, kms:ScheduleKeyDeletionPendingWindowInDays).
   *
   * @param window whole days, 7 to 30
   * @throws when the window is not one
   */
  public static deletionWindowAtLeast(window: Duration): KeyClaim {
    const days = window.toDays({ integral: false });
    const { min, max } = PENDING_WINDOW_DAYS;
    if (!Number.isInteger(days) || days < min || days > max) {
      throw new Error(`The deletion window is claimed to be at least ${days} days; AWS KMS knows whole days from ${min} to ${max}. Claim one of those.`);
    }
    const key = 'kms:ScheduleKeyDeletionPendingWindowInDays';
    const remedy = `Add a Deny of kms:ScheduleKeyDeletion for everybody under NumericLessThan ${key} ${days} to the policy.`;
    return new KeyClaim(`deletion can be cancelled for at least ${days} days`, ({ facts }) => worst([ofTheStack(facts, days), {
      ...nobodyCan({ actions: 'kms:ScheduleKeyDeletion' }, facts, policyBut(facts.policy, { NumericGreaterThanEqualsIfExists: { [key]: String(days) } })), remedy,
    }]));
  }

  /**
   * Nobody can do what a question asks for, as JSON: `actions`, `who`, `except`, `context`, as `prove` of
   * `cdk-customer-managed-keys/proof` takes it.
   *
   * @throws when the question is none
   */
  public static nobodyCan(description: string, question: { [key: string]: any }): KeyClaim {
    const fault = questionFault(question);
    if (fault !== undefined) { throw new Error(`What '${description}' asks ${fault}`); }
    ask(question as unknown as Question);
    return new KeyClaim(description, ({ facts }) => nobodyCan(question as unknown as Question, facts), question);
  }

  private constructor(
    /** What is claimed, in words. */
    public readonly description: string,
    /** @internal */
    public readonly _judge: (key: ClaimedKey) => Judgement,
    /** JSON with the accounts that it names, which are not to stand for others. @internal */
    public readonly _named: unknown = {},
  ) {}
}

/** What CloudFormation sends with the session of a role. IAM User Guide, AWS global condition context keys. */
const BY_CLOUDFORMATION = {
  'kms:ViaService': 'absent',
  'aws:MultiFactorAuthPresent': 'false',
  'aws:SourceIp': 'absent',
  'aws:SourceVpc': 'absent',
  'aws:SourceVpce': 'absent',
  'aws:VpcSourceIp': 'absent',
};

function ofTheStack({ pendingWindowInDays }: KeyFacts, days: number): Judgement {
  if (pendingWindowInDays === undefined) { return { verdict: 'unknown', reason: "'pendingWindow' of the key is known after deployment only.", remedy: 'Write the days out.' }; }
  return pendingWindowInDays >= days ? TRUE
    : { verdict: 'false', reason: `'pendingWindow' of the key is ${pendingWindowInDays} days.`, remedy: `Set Duration.days(${days}) or more.` };
}

function ofEach(principals: readonly iam.IGrantable[], key: ClaimedKey, judge: (who: Who) => Judgement): Judgement {
  return worst(principals.flatMap(({ grantPrincipal }): Judgement[] => {
    const asNamed = key.who(grantPrincipal);
    return asNamed.length > 0 ? asNamed.map((each) => judge(each))
      : [{ verdict: 'unknown', reason: `${inWords([{ grantPrincipal }])} is no role, user, account or service.`, remedy: "Claim KeyClaim.nobodyCan('…', { … }) instead." }];
  }));
}

/** Some services have a name for each Region: logs.eu-west-1.amazonaws.com. */
function inAnyRegion({ services, ...who }: Who): Who {
  return services === undefined ? who : { ...who, services: services.flatMap((name) => [name, name.replace(/^([^.]+)\.(?=amazonaws\.com)/, '$1.*.')]) };
}

/** Wildcards stand for actions on keys; one that is spelt out and is none is refused. */
function keyActions(actions: readonly string[]): string[] {
  const explicit = explicitActions(actions, actionsOfKind('cryptographic', 'grant', 'administration', 'read'));
  ask({ actions: explicit });
  return explicit;
}

function namesOf(principals: readonly iam.IGrantable[]): unknown {
  return principals.map(({ grantPrincipal }) => grantPrincipal.policyFragment);
}

function inWords(principals: readonly iam.IGrantable[]): string {
  if (principals.length === 0) { throw new Error('The claim is about no principal. Give the roles, users, accounts or services that it is about.'); }
  return principals.map(({ grantPrincipal }) => 'node' in grantPrincipal ? (grantPrincipal as iam.IRole).node.path : String(grantPrincipal)).join(', ');
}

function refuseUnlike(given: string, form: RegExp, what: string, allowed: string): void {
  if (Token.isUnresolved(given)) {
    throw new Error(`A token stands where a claim needs ${what}: that is ${allowed}, as text. Write it out; the key's own account is always among those who may.`);
  }
  if (!form.test(given)) { throw new Error(`'${given}' is not ${what}; that is ${allowed}. Correct it.`); }
}
