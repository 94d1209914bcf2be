import { randomBytes } from 'node:crypto';
import type { Principal } from '../../local-kms/callers/caller';
import type { LocalKms } from '../../local-kms/local-kms';
import { ResponseServer } from '../custom-resources/custom-resource-response';
import { ParameterStore } from '../parameters/parameter-store';
import { openParameterStore } from '../parameters/parameter-store-endpoint';
import { Principals } from '../principals';
import type { SecretsManager } from '../secrets/secrets-manager';

interface Open {
  readonly responses: ResponseServer;
  /** Aborted when the account is closed. */
  readonly signal: AbortSignal;
  /** The variables with which a function's process finds its services, as its execution role. */
  readonly environmentFor: (roleArn: string) => Record<string, string>;
  readonly close: () => Promise<void>;
}

/** The loopback servers that a function's process talks to. */
export class LambdaEndpoints {
  private opened?: Promise<Open>;
  private readonly closing = new AbortController();

  constructor(
    private readonly kms: LocalKms,
    private readonly parameters: ParameterStore,
    private readonly secrets: SecretsManager,
    private readonly principals: Principals,
  ) {}

  public open(): Promise<Open> {
    if (this.closing.signal.aborted) throw new Error('The simulated account is closed; its functions cannot run any more. Close it last.');
    this.opened ??= this.start();
    return this.opened;
  }

  public async close(): Promise<void> {
    this.closing.abort(); // ends the functions; a deployment that is still at work must not open the endpoints again
    const opened = await this.opened;
    this.opened = undefined;
    await opened?.close();
  }

  private async start(): Promise<Open> {
    const callers = new Map<string, Principal>();
    const kms = await this.kms.listen();
    const ssm = await openParameterStore(this.parameters, callers);
    const secrets = await this.secrets.listen(callers);
    const responses = await ResponseServer.open();
    const environmentFor = (roleArn: string) => {
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      const caller = this.principals.principal(roleArn);
      callers.set(accessKeyId, caller);
      this.kms.addPrincipal(accessKeyId, caller);
      return environment(accessKeyId, { kms: kms.url, ssm: ssm.url, secrets: secrets.url });
    };
    const { signal } = this.closing;
    const close = async () => { await Promise.all([kms, ssm, secrets, responses].map((server) => server.close())); };
    return { responses, signal, environmentFor, close };
  }
}

/** Every other service is sent to the parameter store's port too, which refuses it: no call of an AWS SDK leaves the machine. */
function environment(accessKeyId: string, urls: Readonly<Record<'kms' | 'ssm' | 'secrets', string>>): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_SESSION_TOKEN: 'simulated',
    AWS_ENDPOINT_URL: urls.ssm,
    AWS_ENDPOINT_URL_KMS: urls.kms,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secrets,
    AWS_ENDPOINT_URL_SSM: urls.ssm,
  };
}
