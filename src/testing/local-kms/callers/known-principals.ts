// Roles and users; a session has the name of its role and not the path.
const IDENTITY = /^arn:[\w-]+:(?:iam::\d{12}:(?:role|user)\/.+|sts::\d{12}:assumed-role\/.+)$/;

/** Whether it is the ARN of somebody whom IAM may not have: accounts, root users and federated users are never unknown. */
export function isIdentity(arn: string): boolean {
  return IDENTITY.test(arn);
}

/** Whether IAM may have this role, user or session: where roles and users of its account are known it is one of them, or a session of one. */
export function mayExist(arn: string, known: readonly string[]): boolean {
  const identities = known.filter((other) => isIdentity(other) && accountOf(other) === accountOf(arn));
  return identities.length === 0 || identities.some((other) => isSame(arn, other));
}

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}

function isSame(a: string, b: string): boolean {
  return a === b || ([a, b].some((arn) => arn.includes(':assumed-role/')) && roleWithoutPath(a) === roleWithoutPath(b));
}

function roleWithoutPath(arn: string): string {
  return arn.replace(/:iam::(\d+):role\/(?:.+\/)?/, ':iam::$1:role/').replace(/:sts::(\d+):assumed-role\/([^/]+).*/, ':iam::$1:role/$2');
}
