import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { KeyAccess } from './key-access';
import { KeyProfile } from './key-profile';
import { KeyWiring } from './key-wiring';

/** Properties of a `CustomerManagedKey`: those of the stock `kms.Key`, and four of its own. */
export interface CustomerManagedKeyProps extends kms.KeyProps {
  /**
   * The defaults for removal and deletion window.
   *
   * @default - the profile of the nearest scope (`KeyProfile.use`), else `KeyProfile.PRODUCTION`
   */
  readonly profile?: KeyProfile;

  /**
   * Whether IAM policies may open the key, or the key policy alone.
   *
   * @default KeyAccess.IAM_AND_KEY_POLICY
   */
  readonly access?: KeyAccess;

  /**
   * Whether the key finds its users in the app by itself.
   *
   * @default KeyWiring.AUTOMATIC
   */
  readonly wiring?: KeyWiring;

  /**
   * Keys that this one takes over from. What is stored under them stays readable: whoever may decrypt with this key may
   * decrypt with them.
   *
   * @default - none
   */
  readonly previousKeys?: kms.IKey[];
}

/** An AWS KMS customer-managed key that writes its own policy. (Skeleton: grows in the next commits.) */
export class CustomerManagedKey extends kms.Key {
  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps = {}) {
    super(scope, id, { enableKeyRotation: true, ...props });
  }
}
