/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles of the handlers: Lambda passes the credentials of the execution role
 * in the environment, and the SDK's other nine sources are a third of its size (AWS Lambda Developer Guide, Defined runtime environment
 * variables).
 */
export function defaultProvider() {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env as Record<string, string>;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      const fact = 'AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set; AWS Lambda sets both. Set them where you run the handler elsewhere.';
      throw Object.assign(new Error(fact), { name: 'CredentialsProviderError' }); // as the SDK's own sources name it
    }
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
  };
}
