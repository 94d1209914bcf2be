type Given<V> = Readonly<Record<string, V>>;

/** Puts the condition keys of `given` in the place of those of `context`, whatever the case: their names have none (IAM User Guide, Condition). */
export function overrideContext<V>(context: Record<string, V>, given: Given<V>): Record<string, V> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  Object.keys(context).filter((name) => names.has(name.toLowerCase())).forEach((name) => { delete context[name]; });
  return Object.assign(context, given);
}

/** Whether there is a value for the condition key; a list of none counts as absent. */
export function hasConditionKey(context: Given<unknown>, name: string): boolean {
  return Object.keys(context).some((key) => key.toLowerCase() === name.toLowerCase() && [context[key]].flat().length > 0);
}

/** @throws TypeError when the same condition key is there in two spellings */
export function requireOneSpelling(context: Given<unknown>): void {
  const spellings = new Map<string, string>();
  for (const name of Object.keys(context)) {
    const other = spellings.get(name.toLowerCase());
    if (other !== undefined) {
      throw new TypeError(`'context' has '${other}' and '${name}', which are one condition key: their names have no case. Give one of them.`);
    }
    spellings.set(name.toLowerCase(), name);
  }
}
