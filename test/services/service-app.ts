import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AppPart } from './apps/app-part';
import { deployedKeyPolicy, warningsIn } from './key-policy';
import { Place } from './place';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { KeySharing } from '../../src/key/key-sharing';
import { PolicyDocument } from '../../src/proof';

/** One app for all parts: a stack with a key for each part, place and access. */
export class ServiceApp {
  private readonly app = new App();
  private readonly keys = new Map<string, CustomerManagedKey>();
  private readonly policies = new Map<string, PolicyDocument>();

  /** Adds `part`, in a stack of its own. */
  public add(service: string, name: string, part: AppPart, place: Place, access: KeyAccess, sharedThrough?: string): void {
    const id = idOf(service, name, place, access);
    if (this.keys.has(id)) { return; }
    const stack = new Stack(this.app, `Stack${this.keys.size}`, { env: place.env });
    const admin = iam.Role.fromRoleArn(stack, 'Admin', stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'KeyAdmin' }));
    const key = new CustomerManagedKey(stack, 'Key', { access, admins: [admin] });
    if (sharedThrough) { key.shareWith(KeySharing.account(place.values['OtherAccount']!).throughServices(sharedThrough)); }
    part(stack, key);
    this.keys.set(id, key);
  }

  /** Synthesises it all, once. */
  public synth(): void {
    this.app.synth();
  }

  /** The policy that the key of the part has where it is deployed. */
  public keyPolicy(service: string, name: string, place: Place, access = KeyAccess.IAM_AND_KEY_POLICY): PolicyDocument {
    const deployment = `${idOf(service, name, place, access)} in ${place.name}`;
    const known = this.policies.get(deployment) ?? deployedKeyPolicy(this.key(service, name, place, access), place);
    this.policies.set(deployment, known);
    return known;
  }

  public warnings(service: string, name: string, place: Place): string[] {
    return warningsIn(Stack.of(this.key(service, name, place, KeyAccess.IAM_AND_KEY_POLICY)));
  }

  private key(service: string, name: string, place: Place, access: KeyAccess): CustomerManagedKey {
    const key = this.keys.get(idOf(service, name, place, access));
    if (!key) { throw new Error(`${service} has no part '${name}'.`); }
    return key;
  }
}

function idOf(service: string, name: string, { env }: Place, access: KeyAccess): string {
  return [service, name, env?.region ?? 'anywhere', access].join(': ');
}
