import { createHash } from 'node:crypto';

/** A name as CloudFormation makes them up: stack, logical ID, and letters, which here are always the same. */
export function generatedName(stack: { readonly stackName: string; readonly stackId: string }, logicalId: string): string {
  return `${stack.stackName}-${logicalId}-${digest(`${stack.stackId}/${logicalId}`).slice(0, 12).toUpperCase()}`;
}

/** A UUID that is always the same for the same text. */
export function uuidOf(text: string): string {
  return digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
