import { readFileSync } from 'node:fs';
import type { PolicyDocument } from '../proof';
import { UsageError } from './command';

/** @throws UsageError */
export function policyFrom(file: string): PolicyDocument {
  return policyFromText(contentOf(file), `'${file}'`);
}

/**
 * A policy, bare or as `aws kms get-key-policy` prints it. `name` says where it is from.
 *
 * @throws UsageError
 */
export function policyFromText(content: string, name: string): PolicyDocument {
  const json = parsed(content, name);
  const { Policy, Statement } = Object(json) as { Policy?: unknown; Statement?: unknown };
  if (typeof Policy === 'string') return policyFromText(Policy, `The text in Policy of ${name}`);
  if (typeof Statement === 'object' && Statement !== null) return json as PolicyDocument;
  const given = typeof json === 'object' && json !== null ? `fields ${Object.keys(json).slice(0, 5).join(', ') || 'of no name'}` : 'no fields';
  throw new UsageError(`${name} is no policy: it has ${given}; a policy has a list in Statement, or is one as text in Policy. Give the policy of a key.`);
}

/** @throws UsageError */
export function jsonFrom(file: string): unknown {
  return parsed(contentOf(file), `'${file}'`);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(`'${file}' cannot be read (${code}); it is a JSON file. Check its name and its permissions.`, { cause });
  }
}

/** Without the parser's own words, which quote what it read: that may be anything. */
function parsed(content: string, name: string): unknown {
  if (content.trim() === '') throw new UsageError(`${name} is empty; it is JSON. Give the policy of a key, or see why what writes it wrote nothing.`);
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new UsageError(`${name} is no JSON: its ${content.length} characters do not parse; JSON alone is allowed. Correct it.`, { cause });
  }
}
