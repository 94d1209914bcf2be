/** The operations of AWS Systems Manager that the handler uses, as the SDK's aggregated `SSM` client has them. */
export interface ParameterStore {
  getParameter(input: { Name: string; WithDecryption: boolean }): Promise<{ Parameter?: { Value?: string; Version?: number } }>;
  putParameter(input: PutParameterInput): Promise<{ Version?: number }>;
  deleteParameter(input: { Name: string }): Promise<unknown>;
  listTagsForResource(input: TaggedParameter): Promise<{ TagList?: Partial<Tag>[] }>;
  addTagsToResource(input: TaggedParameter & { Tags: Tag[] }): Promise<unknown>;
  removeTagsFromResource(input: TaggedParameter & { TagKeys: string[] }): Promise<unknown>;
}

/** The operation of AWS Secrets Manager that the handler uses. */
export interface SecretStore {
  getSecretValue(input: { SecretId: string; VersionId?: string }): Promise<{ SecretString?: string }>;
}

export interface Tag {
  Key: string;
  Value: string;
}

export interface TaggedParameter {
  ResourceType: 'Parameter';
  ResourceId: string;
}

export interface PutParameterInput {
  Name: string;
  Value: string;
  Type: 'SecureString';
  KeyId: string;
  Tier: 'Standard' | 'Advanced' | 'Intelligent-Tiering';
  Description?: string;
  Overwrite: boolean;
  Tags?: Tag[];
}
