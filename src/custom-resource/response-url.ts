import { setTimeout as pause } from 'node:timers/promises';

const ATTEMPTS = 6;
const ATTEMPT_TIMEOUT = 5_000;
const FIRST_PAUSE = 100;

/**
 * Delivers an answer to CloudFormation's presigned URL, again after a pause that doubles, within `remaining` milliseconds.
 *
 * Never throws: an error would make Lambda repeat the whole invocation. Undelivered, the resource fails when its
 * `serviceTimeout` is over.
 */
export async function deliver(url: string, body: Buffer, remaining: () => number): Promise<void> {
  let failure = 'no time was left';
  for (let attempt = 0; attempt < ATTEMPTS && remaining() > 0; attempt++) {
    if (attempt > 0) await pause(Math.min(remaining(), FIRST_PAUSE * 2 ** (attempt - 1)));
    try {
      const response = await put(url, body, Math.max(1, Math.min(ATTEMPT_TIMEOUT, remaining())));
      if (response.ok) return;
      failure = `HTTP ${response.status}`;
    } catch (error) {
      failure = (error as Error).name; // fetch's messages may hold the URL
    }
  }
  console.error(JSON.stringify({ message: 'CloudFormation could not be answered', failure }));
}

/** The signature of the URL covers an empty content type. */
function put(url: string, body: Buffer, timeout: number): Promise<Response> {
  return fetch(url, { method: 'PUT', body: new Uint8Array(body), headers: { 'content-type': '' }, signal: AbortSignal.timeout(timeout) });
}
