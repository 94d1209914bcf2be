const ESCAPED = /[^\n\x20-\x7e]/g;

/**
 * As ASCII: in JSON the same text still. A policy comes from anywhere; what it names must not steer a terminal.
 */
export function plainText(text: string): string {
  return text.replaceAll('…', '...').replace(ESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
