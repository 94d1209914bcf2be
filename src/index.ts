// The public API, by concern. Every export is named here; nothing in src imports this file.

// Keys
export { CustomerManagedKey, type CustomerManagedKeyProps } from './key/customer-managed-key';
export { KeyAccess } from './key/key-access';
export { KeyProfile } from './key/key-profile';
export { KeyWiring } from './key/key-wiring';
