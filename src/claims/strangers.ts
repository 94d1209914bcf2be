import { accountsIn, organizationsIn } from './key-facts';
import type { KeyFacts } from './key-facts';
import type { Question } from '../proof';

/** Whether principals of other accounts and organizations than these can do anything with the key; services are asked about apart. */
export function others({ account, keyArn }: KeyFacts, accounts: readonly string[], organizations: readonly string[]): Question {
  return { actions: 'kms:*', except: { accounts: [...new Set([account, ...accounts])], organizations, services: ['*'] }, resource: keyArn };
}

/** Whether those can whom the policy does not name: whoever they are, they are as good as anybody. */
export function strangers(facts: KeyFacts): Question {
  return others(facts, accountsIn(facts.policy), organizationsIn(facts.policy));
}
