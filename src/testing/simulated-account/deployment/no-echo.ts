import { PhysicalResource } from '../physical-resource';

/** What is told instead of what a custom resource wants kept secret. */
export const NO_ECHO = '*****';

/** The texts that custom resources answered with NoEcho, to be kept out of what others say of them. */
export class NoEcho {
  private readonly texts = new Set<string>();

  public add({ noEcho, attributes }: PhysicalResource): void {
    if (noEcho) textsIn(attributes).forEach((text) => this.texts.add(text).add(JSON.stringify(text).slice(1, -1)));
  }

  public hide(said: string): string {
    if (this.texts.size === 0) return said;
    const longestFirst = [...this.texts].sort((one, other) => other.length - one.length);
    return said.replace(new RegExp(longestFirst.map(literally).join('|'), 'g'), NO_ECHO);
  }

  /** In place: what an error is, and where it comes from, stays. */
  public hideIn(error: unknown): void {
    if (!(error instanceof Error)) return;
    for (const [name, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
      if (typeof value === 'string' && writable) Object.assign(error, { [name]: this.hide(value) });
    }
    this.hideIn(error.cause);
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
