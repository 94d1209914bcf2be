import { isDeepStrictEqual } from 'node:util';
import { generatedName } from '../generated-name';
import { DesiredResource, PhysicalResource } from '../physical-resource';
import { PasswordSettings, randomPassword } from './random-password';
import { references } from '../references';
import { ResourceType, World } from '../resource-type';

/** AWS CloudFormation Template Reference, AWS Secrets Manager: secrets under a key that is simulated. */
export const SECRET_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::SecretsManager::Secret': {
    simulates: ({ definition, stack }) => [...references(definition.Properties?.['KmsKeyId'], stack)].some((resource) => stack.simulates(resource)),
    create,
    update: async (desired, existing, world) => {
      const changed = (...names: string[]) => names.some((name) => !isDeepStrictEqual(desired.properties[name], existing.properties[name]));
      if (changed('Name')) return create(desired, world);
      const { KmsKeyId, Description } = desired.properties;
      await clientFor(desired, world).updateSecret({
        SecretId: existing.physicalId, KmsKeyId, Description, ...changed('SecretString', 'GenerateSecretString') && { SecretString: valueOf(desired) },
      });
      return { ...existing, ...desired };
    },
    delete: async (existing, world) => {
      await clientFor(existing, world).deleteSecret({ SecretId: existing.physicalId, ForceDeleteWithoutRecovery: true });
    },
  },
};

async function create(desired: DesiredResource, world: World): Promise<PhysicalResource> {
  const { Name = generatedName(desired.stack, desired.logicalId), Description, KmsKeyId, Tags } = desired.properties;
  const { ARN } = await clientFor(desired, world).createSecret({ Name, Description, KmsKeyId, Tags, SecretString: valueOf(desired) });
  return { ...desired, physicalId: ARN, attributes: { Id: ARN } };
}

interface GenerateSecretString extends PasswordSettings {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

/** What the secret holds; undefined for one that is made without a value. */
function valueOf({ properties: { SecretString: given, GenerateSecretString: settings } }: DesiredResource): string | undefined {
  if (given !== undefined || settings === undefined) return given;
  const { SecretStringTemplate: template, GenerateStringKey: key } = settings as GenerateSecretString;
  const password = randomPassword(settings as PasswordSettings);
  return template === undefined ? password : JSON.stringify({ ...JSON.parse(template), [key!]: password });
}

/** Secrets Manager as CloudFormation calls it. */
function clientFor({ stack }: DesiredResource, { secrets, principals }: World) {
  return secrets.as(principals.administrator(stack.executionRoleArn), stack.region);
}
