import type { CUSTOM_KEY_STORE_OPERATIONS } from './custom-key-stores';
import type { OPERATIONS } from './operations';
import type { ClientOf } from '../aws-json/client';

/**
 * AWS KMS as one caller sees it, shaped as `KMS` of `@aws-sdk/client-kms`: bytes are `Uint8Array`, dates `Date`, and what goes wrong is
 * an Error with the exception's `name`.
 */
export type KmsClient = ClientOf<typeof OPERATIONS> & Refusing<(typeof CUSTOM_KEY_STORE_OPERATIONS)[number]>;

/** Every call ends in UnsupportedOperationException. */
type Refusing<Operation extends string> = Readonly<Record<Uncapitalize<Operation>, (request?: object) => Promise<never>>>;
