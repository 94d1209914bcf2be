/** Where everything is known everywhere at once, as in a local account, this environment variable says how few seconds to wait. */
const MOST_SECONDS = 'CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS';

/**
 * How many seconds a new policy or key is waited for: those that are wanted, or fewer where the environment caps them.
 *
 * @throws when the environment variable is set to something else than a number of seconds
 */
export function propagationSeconds(wanted: number): number {
  const most = process.env[MOST_SECONDS];
  if (most === undefined) return wanted;
  if (!/^\d+(?:\.\d+)?$/.test(most)) throw new Error(`${MOST_SECONDS} is '${most}'; it takes seconds, such as 0 or 0.5. Correct it, or leave it out.`);
  return Math.min(wanted, Number(most));
}
