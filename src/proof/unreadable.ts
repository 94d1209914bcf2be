/** Text of the CDK that stands for a value, a list or a part of text; numbers that stand for one are below any real number of a policy. */
const TOKEN = /[$#]\{Token\[/;
const TOKEN_NUMBER = -1e280;
/** Not `${*}`, `${?}` and `${$}`, which are plain characters. */
const VARIABLE = /\$\{\s*([^*?$}\s][^}]*)\}/;
/** AWS CloudFormation User Guide, Intrinsic function reference. */
const INTRINSIC = /^(Ref|Condition|Fn::.+)$/;

/** What makes a value of a policy unknown before the deployment, or different for each request; undefined when nothing does. */
export function unreadable(value: unknown, variables: boolean): string | undefined {
  if (typeof value === 'string') return unreadableText(value, variables);
  if (typeof value === 'number') return value < TOKEN_NUMBER ? 'an unresolved token' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && INTRINSIC.test(keys[0] ?? '') ? `the intrinsic function ${keys[0]}` : undefined;
}

function unreadableText(text: string, variables: boolean): string | undefined {
  if (TOKEN.test(text)) return 'an unresolved token';
  const name = variables ? VARIABLE.exec(text)?.[1] : undefined;
  return name === undefined ? undefined : `the policy variable \${${name}}`;
}
