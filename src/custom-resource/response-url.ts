import { setTimeout as pause } from 'node:timers/promises';

const ATTEMPT_TIMEOUT = 5_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

/** What Amazon S3 answers to a presigned URL that has expired or is wrong: no later attempt is answered otherwise. */
const FINAL = [403, 404, 405];

/**
 * Delivers an answer to CloudFormation's presigned URL, again after a pause that doubles, within `remaining` milliseconds.
 *
 * Never throws: an error would make Lambda repeat the whole invocation. Undelivered, the resource fails when its
 * `serviceTimeout` is over.
 */
export async function deliver(url: string, body: Buffer, remaining: () => number): Promise<void> {
  let failure: string | number = 'no time was left';
  for (let wait = FIRST_PAUSE; remaining() > 0; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    const answer = await put(url, body, Math.max(1, Math.min(ATTEMPT_TIMEOUT, remaining())));
    if (answer === 200) return;
    failure = answer;
    if (FINAL.includes(Number(answer))) break;
    await pause(Math.max(0, Math.min(wait, remaining())));
  }
  console.error(JSON.stringify({ message: 'CloudFormation could not be answered', failure }));
}

/** The status, or the code of what kept it from coming; fetch's messages may hold the URL. Its signature covers an empty content type. */
async function put(url: string, body: Buffer, timeout: number): Promise<number | string> {
  const request = { method: 'PUT', body: new Uint8Array(body), headers: { 'content-type': '' }, signal: AbortSignal.timeout(timeout) };
  try {
    const { ok, status } = await fetch(url, request);
    return ok ? 200 : status;
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    return cause?.code ?? name;
  }
}
