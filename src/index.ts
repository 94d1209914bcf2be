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

// Claims about keys
export { type KeyAudience } from './claims/key-audience';
export { KeyClaim } from './claims/key-claim';

// Governance: proof of keys that other constructs wrote, and in tests
export { type KeyCallers } from './governance/key-callers';
export { KeyPolicyAssertions, type KeyPolicyAssertionsOptions } from './governance/key-policy-assertions';
export { KeyPolicyValidationPlugin } from './governance/key-policy-validation-plugin';
export { type KeyRequest } from './governance/key-request';

// Golden resources
export { EncryptedBucket, type EncryptedBucketProps } from './resources/encrypted-bucket';
export { EncryptedLogGroup, type EncryptedLogGroupProps } from './resources/encrypted-log-group';
export { EncryptedQueue, type EncryptedQueueProps } from './resources/encrypted-queue';
export { EncryptedStream, type EncryptedStreamProps } from './resources/encrypted-stream';
export { EncryptedTopic, type EncryptedTopicProps } from './resources/encrypted-topic';
export { SecureStringParameter, type SecureStringParameterProps } from './resources/secure-string-parameter';
export { type GeneratedValueOptions, SecureStringValue } from './resources/secure-string-value';

// Proof at deployment
export { EnvelopeRoundTrip, type EnvelopeRoundTripProps } from './envelope/envelope-round-trip';
