import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { foreignSourceQuestions } from './foreign-source';
import { Judgement, nobodyCan, somebodyCan, TRUE, worst } from './judgement';
import { KeyAudience } from './key-audience';
import { KeyFacts } from './key-facts';
import { others, strangers } from './strangers';
import { CRYPTOGRAPHIC_ACTIONS, DEPLOYMENT_ACTIONS, ENCRYPTION_CONTEXT_ACTIONS, explicitActions } from '../policy/actions';
import { PENDING_WINDOW_DAYS } from '../policy/limits';
import { PolicyDocument, PolicyStatement, Question, Who } from '../proof';
import { listOf } from '../proof/policy-document';
import { ask } from '../proof/question';

/** The key that a claim is about. */
export interface ClaimedKey {
  readonly facts: KeyFacts;

  /** A principal of the app as the key policy would name it. */
  readonly who: (principal: iam.IPrincipal) => Who;
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
   * Nobody can do anything with the key but principals of its own account and of this audience, and no AWS service for a resource of
   * an account that the policy does not name.
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
      nobodyCan(foreignSourceQuestions(facts)[0]!, facts),
    ]));
  }

  /**
   * Each of these principals can do all of these actions, as far as the key policy goes.
   *
   * @throws when an action does not exist
   */
  public static can(principals: iam.IGrantable[], actions: string[]): KeyClaim {
    const explicit = explicitActions(actions);
    return new KeyClaim(`${inWords(principals)} can ${explicit.join(', ')}`, ({ facts, who }) => somebodyCan(
      principals.flatMap(({ grantPrincipal }) => explicit.map((action) => ({ actions: action, who: who(grantPrincipal) }))), facts));
  }

  /**
   * None of these principals can do any of these actions, whatever IAM policies say.
   *
   * @throws when an action does not exist
   */
  public static cannot(principals: iam.IGrantable[], actions: string[]): KeyClaim {
    const explicit = explicitActions(actions);
    return new KeyClaim(`${inWords(principals)} cannot ${explicit.join(', ')}`, ({ facts, who }) => worst(
      principals.map(({ grantPrincipal }) => nobodyCan({ actions: explicit, who: who(grantPrincipal) }, facts))));
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
      nobodyCan({ actions: CRYPTOGRAPHIC_ACTIONS, except: { services: names } }, facts, but(facts, { StringLike: { 'kms:ViaService': names } })));
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
      nobodyCan({ actions: ENCRYPTION_CONTEXT_ACTIONS }, facts, but(facts, { StringLike: conditions })));
  }

  /** Those given as `admins` can neither use the key nor make grants, whatever IAM policies say. */
  public static administratorsCannotUse(): KeyClaim {
    return new KeyClaim('administrators cannot use the key', ({ facts }) => facts.administrators.length > 0
      ? nobodyCan({ actions: [...CRYPTOGRAPHIC_ACTIONS, 'kms:CreateGrant'], who: { principals: facts.administrators } }, facts)
      : { verdict: 'unknown', reason: "The key has no administrators. Name them in 'admins', or take the claim out." });
  }

  /**
   * The role that deploys the stack can do what CloudFormation needs to update and delete the key and its aliases, as far as the key
   * policy goes.
   *
   * It is the execution role of the stack's synthesizer. Stacks that hold other resources under the key may need more: claim that
   * with `KeyClaim.can`.
   */
  public static deployRoleKeepsControl(): KeyClaim {
    return new KeyClaim('the deployment role keeps control', ({ facts }) => {
      const { deployRole } = facts;
      if (deployRole === undefined) {
        return { verdict: 'unknown', reason: 'The synthesizer of the stack names no execution role. Use DefaultStackSynthesizer, or KeyClaim.can([role], […]).' };
      }
      return somebodyCan(DEPLOYMENT_ACTIONS.map((action) => ({ actions: action, who: { principals: [deployRole] } })), facts);
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
    return new KeyClaim(`deletion can be cancelled for at least ${days} days`, ({ facts }) => worst([ofTheStack(facts, days), nobodyCan(
      { actions: 'kms:ScheduleKeyDeletion' }, facts, but(facts, { NumericGreaterThanEqualsIfExists: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(days) } }))]));
  }

  /**
   * Nobody can do what a question asks for, as JSON: `actions`, `who`, `except`, `context`, as `prove` of
   * `cdk-customer-managed-keys/proof` takes it.
   *
   * @throws when the question is none
   */
  public static nobodyCan(description: string, question: { [key: string]: any }): KeyClaim {
    ask(question as unknown as Question);
    return new KeyClaim(description, ({ facts }) => nobodyCan(question as unknown as Question, facts));
  }

  private constructor(
    /** What is claimed, in words. */
    public readonly description: string,
    /** @internal */
    public readonly _judge: (key: ClaimedKey) => Judgement,
  ) {}
}

/** The policy, without the requests that meet `conditions`: what remains allowed is what a claim must explain. */
function but({ policy }: KeyFacts, conditions: NonNullable<PolicyStatement['Condition']>): PolicyDocument {
  const denial: PolicyStatement = { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', Condition: conditions };
  return { ...policy, Statement: [...listOf(policy.Statement), denial] };
}

function ofTheStack({ pendingWindowInDays }: KeyFacts, days: number): Judgement {
  return pendingWindowInDays >= days ? TRUE
    : { verdict: 'false', reason: `'pendingWindow' of the key is ${pendingWindowInDays} days. Set Duration.days(${days}) or more.` };
}

function inWords(principals: iam.IGrantable[]): string {
  return principals.map(({ grantPrincipal }) => 'node' in grantPrincipal ? (grantPrincipal as iam.IRole).node.path : String(grantPrincipal)).join(', ');
}

function refuseUnlike(given: string, form: RegExp, what: string, allowed: string): void {
  if (!form.test(given)) { throw new Error(`'${given}' is not ${what}; that is ${allowed}. Correct it.`); }
}
