import { accessDeniedToUnknown, authorize, inputOf, isAllowed, type Question } from './callers/authorization';
import type { Caller } from './callers/caller';
import { CROSS_ACCOUNT_ACTIONS } from './callers/cross-account';
import { hasConditionKey, overrideContext } from './callers/given-context';
import { requestContext, type RequestFacts } from './callers/request-context';
import { KmsException } from './exceptions';
import { covers, retirementsOf, type KeyGrant } from './grants/grant';
import { invalidGrantToken, readGrantToken } from './grants/grant-token';
import type { Key } from './keys/key';
import { resolveKey } from './keys/key-identifier';
import { malformedPolicy, requireExistingPrincipals } from './keys/key-policy';
import { incompatibleState } from './keys/key-state';
import type { Alias, KeyStore } from './keys/key-store';
import { incompatibleUsage } from './keys/key-usage';
import { KeyLastUsageTrackingOperation } from './service-model';
import { evaluate, PolicyError, type ContextInput, type EvaluateInput, type Grant, type PolicyDocument } from '../../proof';

/** What AWS KMS calls a key that only a ciphertext names. */
export const CIPHERTEXT_KEY = 'the resource associated with this ciphertext';

/**
 * One request of one caller, and the checks that operations share.
 *
 * Their order, after the request itself: which key, may the caller, does the key's state allow it, then the operation's own. That authorization
 * comes before the state is measured; AWS documents no order.
 */
export class Call {
  private readonly admitted = new Set<Key>();

  constructor(
    public readonly store: KeyStore,
    public readonly caller: Caller,
    public readonly operation: string,
    public readonly now: Date,
    /** Whether IAM has a principal, by ARN. */
    public readonly principalExists: (arn: string) => boolean,
  ) {}

  /** The same call where it goes on in another Region. */
  public inRegion(region: string): Call {
    const context = overrideContext({ ...this.caller.context, 'aws:RequestedRegion': region }, this.caller.givenContext);
    return new Call(this.store, { ...this.caller, region, context }, this.operation, this.now, this.principalExists);
  }

  /** The key that the request names, with every check passed. */
  public key(request: RequestFacts & { readonly KeyId: string }): Key {
    const key = this.resolve(request.KeyId);
    this.admit(key, this.operation, request);
    this.endDryRun(request);
    return key;
  }

  /** Lets the caller do `action` with the key, or throws. */
  public admit(key: Key, action: string, request: RequestFacts): void {
    this.authorize(action, key, request);
    this.requireFit(key, request);
  }

  /** To be called when the caller is authorized, on every key of the request. @throws what says why the operation and the key do not fit */
  public requireFit(key: Key, request: RequestFacts): void {
    const exception = incompatibleState(this.operation, key) ?? incompatibleUsage(this.operation, key, request);
    if (exception) { throw exception; }
    this.admitted.add(key);
  }

  /** To be called when the operation has succeeded: if it was a cryptographic one, its keys were used. */
  public recordUse(requestId: string): void {
    const operation = KeyLastUsageTrackingOperation.enum.find((name) => name === this.operation);
    if (operation) { this.admitted.forEach((key) => { key.lastUsage = { operation, requestId, date: this.now }; }); }
  }

  public resolve(keyId: string): Key {
    return resolveKey(this, keyId);
  }

  /** The key that an alias is to point to: an alias lives in the account of its key. */
  public resolveTarget(keyId: string): Key {
    if (/(?:^|:)alias\//.test(keyId)) { throw new KmsException('ValidationException', 'Aliases must refer to keys. Not aliases'); }
    return this.resolve(keyId);
  }

  /** @throws `NotFoundException` */
  public alias(name: string): Alias {
    const arn = this.store.arn(this.caller, name);
    const alias = this.store.alias(arn, this.now);
    if (!alias) { throw new KmsException('NotFoundException', `Alias ${arn} is not found.`); }
    return alias;
  }

  /** @throws `AccessDeniedException` */
  public authorize(action: string, key: Key, request: RequestFacts): void {
    const deciding = this.decidingGrants(key, request.GrantTokens);
    this.requireReach(action, key);
    const grants = action === 'CreateGrant' ? deciding.filter((parent) => covers(parent, request)) : deciding;
    authorize(this.question(action, key, request, grants, this.store.access(key, this.now).policy.document));
  }

  /**
   * Lets the caller retire the grant, or one that is not there: it decides, and IAM of the key's account. In a key policy kms:RetireGrant
   * has no effect (AWS KMS Developer Guide, Retiring and revoking grants).
   *
   * @throws `AccessDeniedException`
   */
  public authorizeRetirement(key: Key, grant: KeyGrant | undefined, token: string | undefined): void {
    const decides = grant && this.decidingGrants(key, token === undefined ? [] : [token]).includes(grant);
    authorize(this.question('RetireGrant', key, { KeyId: key.arn, Constraints: grant?.Constraints }, decides ? retirementsOf(grant) : []));
  }

  /** @throws `InvalidGrantTokenException`, also when the grant is gone: AWS documents no answer to that */
  public grantOfToken(token: string): KeyGrant {
    const { keyArn, grantId } = readGrantToken(this.store.tokenSeal, token);
    const key = this.store.key(keyArn, this.now);
    const grants = key ? [...key.grants, ...this.store.access(key, this.now).grants] : [];
    return grants.find(({ GrantId }) => GrantId === grantId) ?? invalidGrantToken();
  }

  /** What has a say when the caller does no more than name the key. None where the action is not for the callers of other accounts. */
  public matter(action: string, key: Key): EvaluateInput | undefined {
    if (this.isForeign(key) && !CROSS_ACCOUNT_ACTIONS.has(action)) { return undefined; }
    const { policy, grants } = this.store.access(key, this.now);
    return inputOf(this.question(action, key, { KeyId: key.arn }, grants, policy.document));
  }

  /** @throws `AccessDeniedException` when the key is another account's and the action works on one's own only */
  public requireReach(action: string, key: Key): void {
    if (!this.isForeign(key) || CROSS_ACCOUNT_ACTIONS.has(action)) { return; }
    throw accessDeniedToUnknown({ caller: this.caller, action }, `resource: ${key.arn}`, `kms:${action} works only on keys of one's own account`);
  }

  /** For what names no key, and the alias half of alias operations: identity policies decide alone. */
  public authorizeByIdentity(action: string, request: RequestFacts, resource?: string, newKey?: Key): void {
    const context = () => requestContext({ action, request, key: newKey, now: this.now }, this.caller.context);
    authorize({ caller: this.caller, action, resource, context });
  }

  /** @throws `DryRunOperationException`, which says that all would have gone well, if the request is a dry run */
  public endDryRun({ DryRun }: RequestFacts): void {
    if (DryRun) { throw new KmsException('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.'); }
  }

  /**
   * Refuses a policy that nobody could evaluate, one for somebody who does not exist, and, unless bypassed, one that locks the caller out:
   * the lock-out safety check of PutKeyPolicy (API Reference) weighs key policy and IAM together.
   *
   * Conditions are weighed for this very caller; whether AWS KMS does so is not documented.
   *
   * @throws `MalformedPolicyDocumentException`
   */
  public requireGoodPolicy(key: Key, keyPolicy: PolicyDocument, { BypassPolicyLockoutSafetyCheck }: RequestFacts): void {
    requireReadable(keyPolicy, this.caller.principal.arn);
    requireExistingPrincipals(keyPolicy, this.principalExists);
    if (BypassPolicyLockoutSafetyCheck) { return; }
    const context = () => this.contextOf('PutKeyPolicy', {}, key);
    if (!isAllowed({ caller: this.caller, action: 'PutKeyPolicy', resource: key.arn, keyPolicy, context })) {
      throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
    }
  }

  /** The grants that decide, and those that a token makes decide at once. */
  private decidingGrants(key: Key, tokens: readonly string[] = []): readonly KeyGrant[] {
    const named = tokens.map((token) => this.grantOfToken(token)).filter(({ KeyId }) => KeyId === key.arn);
    return this.store.access(key, this.now).grants.concat(named);
  }

  private isForeign(key: Key): boolean {
    return !this.caller.isService && key.account !== this.caller.account;
  }

  private question(action: string, key: Key, request: RequestFacts, grants?: readonly Grant[], keyPolicy?: PolicyDocument): Question {
    return {
      caller: this.caller,
      action,
      resource: key.arn,
      keyPolicy,
      grants,
      context: () => this.contextOf(action, request, key),
      unnamed: request.KeyId === undefined ? CIPHERTEXT_KEY : undefined,
      foreign: this.isForeign(key),
    };
  }

  private contextOf(action: string, request: RequestFacts, key: Key): ContextInput {
    const { tags: keyTags, aliases: keyAliases } = this.store.access(key, this.now);
    const byService = this.caller.isService || hasConditionKey(this.caller.context, 'kms:ViaService');
    return requestContext({ action, request, key, keyTags, keyAliases, byService, now: this.now }, this.caller.context);
  }
}

function requireReadable(keyPolicy: PolicyDocument, principal: string): void {
  try {
    evaluate({ keyPolicy, request: { principal, action: 'kms:PutKeyPolicy' } });
  } catch (error) {
    throw error instanceof PolicyError ? malformedPolicy(error.message, error) : error;
  }
}
