import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const FORMAT = 'LocalKms state';
const VERSION = 2;

/** What is wrong with a state file, and the remedy. */
export class StateFileError extends Error {
  public override readonly name = 'StateFileError';
}

/**
 * A file that holds a state, whole at any time: a new content is written beside it, and takes its name when it is on the disk. Only its owner
 * can read it.
 */
export class StateFile {
  /** What the file holds, as far as is known here. */
  private content: string | undefined;

  constructor(private readonly path: string) {}

  /**
   * The state; none when there is no file.
   *
   * @throws StateFileError when the file is not one that `write` wrote
   */
  public read(): unknown {
    this.content = this.found();
    return this.content === undefined ? undefined : this.stateIn(this.content);
  }

  /**
   * Does nothing when the file holds that state already.
   *
   * @throws StateFileError when somebody else has written to the file
   */
  public write(state: unknown): void {
    const content = contentOf(state);
    if (content === this.content) { return; }
    if (this.found() !== this.content) {
      throw this.error('has been changed by another since it was read', 'one LocalKms a file is allowed', 'End the other, or give each its own file');
    }
    this.replace(content);
    this.content = content;
    if (process.platform !== 'win32') { onDisk(dirname(this.path), 'r', () => undefined); } // the new name; Windows opens no folders
  }

  // The name changes hands at once, so that there is the old content or the new, and never a part.
  private replace(content: string): void {
    const beside = join(dirname(this.path), `.${basename(this.path)}.${randomUUID()}`);
    try {
      onDisk(beside, 'wx', (file) => writeFileSync(file, content));
      renameSync(beside, this.path);
    } catch (cause) {
      rmSync(beside, { force: true });
      const { code } = cause as NodeJS.ErrnoException;
      throw this.error(`cannot be written (${code})`, 'a file in a folder that this user can write to is allowed', 'Make the folder, or name another', cause);
    }
  }

  private found(): string | undefined {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') { return undefined; }
      throw this.error(`cannot be read (${code})`, 'a file that this user can read and write is allowed', 'Correct its name or its permissions', cause);
    }
  }

  private stateIn(content: string): unknown {
    const { format, version, sha256, state } = parsed(content);
    const remedy = 'Restore it from a copy, or name a file that is not there yet: it is left as it is';
    if (format !== FORMAT) { throw this.error('is no state of LocalKms', 'a file that LocalKms wrote is allowed', remedy); }
    if (version !== VERSION) { throw this.error(`has version ${String(version)} of the format`, `version ${VERSION} is allowed`, remedy); }
    if (sha256 !== digestOf(state)) { throw this.error('is damaged or was edited', 'a file as LocalKms wrote it is allowed', remedy); }
    return state;
  }

  private error(fact: string, allowed: string, remedy: string, cause?: unknown): StateFileError {
    return new StateFileError(`'${this.path}' ${fact}; ${allowed}. ${remedy}.`, { cause });
  }
}

function parsed(content: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(content));
  } catch {
    return {};
  }
}

function contentOf(state: unknown): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, sha256: digestOf(state), state })}\n`;
}

function digestOf(state: unknown): string {
  return createHash('sha256').update(JSON.stringify(state) ?? '').digest('hex');
}

function onDisk(path: string, flags: string, change: (file: number) => void): void {
  const file = openSync(path, flags, 0o600);
  try {
    change(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
