/** AWS KMS API Reference, Custom key store operations. They want an HSM or an external key manager, of which there is none here. */
export const CUSTOM_KEY_STORE_OPERATIONS = [
  'ConnectCustomKeyStore', 'CreateCustomKeyStore', 'DeleteCustomKeyStore', 'DescribeCustomKeyStores', 'DisconnectCustomKeyStore', 'UpdateCustomKeyStore',
] as const;

export const NO_CUSTOM_KEY_STORES = 'LocalKms has no custom key stores.';
