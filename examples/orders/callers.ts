import { KmsClient, SimulatedAccount } from '../../src/testing';

/** What is tried on the key: one call to AWS KMS each. */
export type Attempt = 'encrypt' | 'decrypt' | 'administer';

/** Somebody who tries, and what the story expects of it. */
export interface CallerOfStory {
  readonly name: string;
  readonly kms: KmsClient;
  readonly context?: Record<string, string>;
  readonly expected: Readonly<Record<Attempt, boolean>>;
}

const ENCRYPTS = { encrypt: true, decrypt: false, administer: false };
const DECRYPTS = { encrypt: false, decrypt: true, administer: false };
const BOTH = { encrypt: true, decrypt: true, administer: false };
const ADMINISTERS = { encrypt: false, decrypt: false, administer: true };
const NOTHING = { encrypt: false, decrypt: false, administer: false };

/** The cast: roles of the app, a role that nobody granted anything, and the services, each beside its double of another account. */
export function callersOf(account: SimulatedAccount, own: string, region: string): CallerOfStory[] {
  const foreign = '999988887777';
  const logGroup = (owner: string) => ({ 'aws:logs:arn': `arn:aws:logs:${region}:${owner}:log-group:orders` });
  const service = (name: string, owner: string, sourceArn?: string) => account.asService(name, { region, sourceAccount: owner, sourceArn }).kms;
  const logs = service(`logs.${region}.amazonaws.com`, own);
  const alarm = (owner: string) => service('cloudwatch.amazonaws.com', owner, `arn:aws:cloudwatch:${region}:${owner}:alarm:Backlog`);
  const bucket = (owner: string) => service('s3.amazonaws.com', owner, 'arn:aws:s3:::orders');
  const rule = (owner: string) => service('events.amazonaws.com', owner, `arn:aws:events:${region}:${owner}:rule/Nightly`);
  return [
    { name: 'OrdersWriter (grantWrite on the stream)', kms: account.as('Orders/OrdersWriter').kms, expected: ENCRYPTS },
    { name: 'OrdersReader (grantRead, grantConsumeMessages)', kms: account.as('Orders/OrdersReader').kms, expected: DECRYPTS },
    { name: 'Security (administrator)', kms: account.as('Orders/Security').kms, expected: ADMINISTERS },
    { name: 'a role without a grant', kms: account.kms.as(`arn:aws:iam::${own}:role/Somebody`, { region }), expected: NOTHING },
    { name: 'CloudWatch Logs, own log group', kms: logs, context: logGroup(own), expected: BOTH },
    { name: 'CloudWatch Logs, foreign log group', kms: logs, context: logGroup(foreign), expected: NOTHING },
    { name: 'CloudWatch alarm, own', kms: alarm(own), expected: BOTH },
    { name: 'CloudWatch alarm, foreign', kms: alarm(foreign), expected: NOTHING },
    { name: 'S3 notification, own bucket', kms: bucket(own), expected: BOTH },
    { name: 'S3 notification, foreign bucket', kms: bucket(foreign), expected: NOTHING },
    { name: 'EventBridge rule, own', kms: rule(own), expected: BOTH },
    { name: 'EventBridge rule, foreign', kms: rule(foreign), expected: NOTHING },
    { name: 'Amazon SNS (no topic sends here)', kms: service('sns.amazonaws.com', own, `arn:aws:sns:${region}:${own}:orders`), expected: NOTHING },
  ];
}

/** What a call came to: allowed, or the message of the refusal. */
export type Outcome = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

/** What a caller's attempts came to. */
export type Outcomes = Readonly<Record<Attempt, Outcome>>;

/** Finds each cell by calling; a failure that is no refusal is thrown, for it says nothing about access. */
export async function tryAll(callers: readonly CallerOfStory[], keyArn: string, root: KmsClient): Promise<Map<CallerOfStory, Outcomes>> {
  const cells = new Map<CallerOfStory, Outcomes>();
  for (const caller of callers) {
    const EncryptionContext = caller.context ?? {};
    const { CiphertextBlob } = await root.generateDataKeyWithoutPlaintext({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext });
    cells.set(caller, {
      encrypt: await outcomeOf(caller.kms.generateDataKey({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext })),
      decrypt: await outcomeOf(caller.kms.decrypt({ KeyId: keyArn, CiphertextBlob, EncryptionContext })),
      administer: await outcomeOf(caller.kms.updateKeyDescription({ KeyId: keyArn, Description: 'Orders' })),
    });
  }
  return cells;
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return { allowed: true };
  } catch (error) {
    if ((error as Error).name !== 'AccessDeniedException') { throw error; }
    return { allowed: false, message: (error as Error).message };
  }
}
