import type { Writable } from 'node:stream';
import { UsageError } from './command';
import type { Streams } from './command';
import { LOCAL_KMS_HELP, readLocalKmsArguments } from './local-kms-options';
import type { LocalKmsArguments } from './local-kms-options';
import { plainText } from './plain-text';
import { principalsFrom } from './principals-file';
import { LocalKms } from '../testing/local-kms/local-kms';
import { StateFileError } from '../testing/local-kms/state/state-file';
import type { Listening } from '../testing/loopback-server';

/** @throws UsageError */
export async function localKms(args: readonly string[], { stdout }: Pick<Streams, 'stdout'>): Promise<number> {
  const given = readLocalKmsArguments(args);
  if (given === undefined) {
    stdout.write(LOCAL_KMS_HELP);
    return 0;
  }
  const kms = localKmsOf(given);
  const listening = await listen(kms, given);
  closeOnSignal(listening);
  announce(stdout, listening, given);
  return 0;
}

function localKmsOf({ account, region, principals, state }: LocalKmsArguments): LocalKms {
  try {
    return new LocalKms({ account, region, principals: principals === undefined ? undefined : principalsFrom(principals), stateFile: state });
  } catch (cause) {
    if (cause instanceof StateFileError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

const NOT_TO_BE_HAD = ['EADDRINUSE', 'EACCES'];

async function listen(kms: LocalKms, { port }: LocalKmsArguments): Promise<Listening> {
  try {
    return await kms.listen({ port });
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!NOT_TO_BE_HAD.includes(code)) throw cause;
    throw new UsageError(`Port ${port} cannot be had (${code}); a port that is free, and open to this user, is allowed. Give another, or 0 for a free one.`, { cause });
  }
}

/** Without the server nothing keeps the process. A second signal ends it as signals do. */
function closeOnSignal(listening: Listening): void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const close = () => {
    signals.forEach((signal) => process.off(signal, close));
    void listening.close();
  };
  signals.forEach((signal) => process.on(signal, close));
}

function announce(stdout: Writable, { url }: Listening, { account, principals, state }: LocalKmsArguments): void {
  const keys = state === undefined ? 'Keys are in memory only and gone when this stops.' : `Keys are in '${state}', their material in the clear.`;
  const callers = principals === undefined ? `Every access key id is an administrator of ${account}.` : `Access key ids are those of '${principals}'.`;
  stdout.write(plainText(`LocalKms listens on ${url}; set AWS_ENDPOINT_URL_KMS to it.
${callers} Signatures are parsed, not verified.
${keys}
`));
}
