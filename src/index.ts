// The public API, by concern. Every export is named here; nothing in src imports this file.

// Keys
export { CustomerManagedKey, type CustomerManagedKeyProps } from './key/customer-managed-key';
export { type ExplainedStatement } from './key/explained-statement';
export { KeyAccess } from './key/key-access';
export { KeyProfile } from './key/key-profile';
export { KeySharing } from './key/key-sharing';
export { KeyUse, type KeyUseProps } from './key/key-use';
export { KeyWiring } from './key/key-wiring';
export { SharedKey } from './key/shared-key';
