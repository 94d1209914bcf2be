import * as kms from 'aws-cdk-lib/aws-kms';
import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';

/** Who administers a key, and who uses it: nobody does both, because the Deny for administrators would win over every grant. */
export class SeparationOfDuties {
  private readonly administrators = new Set<string>();
  private readonly users = new Set<string>();

  constructor(private readonly key: kms.Key) {}

  /** @throws when `name` was granted the use of the key */
  public administers(name: string): void {
    this.administrators.add(name);
    this.refuseBoth(name);
  }

  /** @throws when `name` administers the key and `actions` use it */
  public mayDo(name: string, actions: readonly string[]): void {
    if (!actions.some((action) => CRYPTOGRAPHIC_ACTIONS.includes(action))) { return; }
    this.users.add(name);
    this.refuseBoth(name);
  }

  private refuseBoth(name: string): void {
    if (this.administrators.has(name) && this.users.has(name)) {
      throw new Error(`${name} is to administer ${this.key.node.path} and to use it; administrators are denied the use, so that grant could never take effect. `
        + 'Give one of the two to another role.');
    }
  }
}
