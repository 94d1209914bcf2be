import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  AddTagsToResourceCommand, DeleteParameterCommand, GetParameterCommand, ListTagsForResourceCommand, PutParameterCommand,
  RemoveTagsFromResourceCommand, SSMClient,
} from '@aws-sdk/client-ssm';
import { customResource } from '../custom-resource/custom-resource-handler';
import { secureStringWork } from './secure-string/lifecycle';
import { ParameterStore, SecretStore } from './secure-string/stores';

const ssm = new SSMClient({});
const secretsManager = new SecretsManagerClient({});

// Single commands: the aggregated clients would bundle every operation of both services.
const parameters: ParameterStore = {
  getParameter: (input) => ssm.send(new GetParameterCommand(input)),
  putParameter: (input) => ssm.send(new PutParameterCommand(input)),
  deleteParameter: (input) => ssm.send(new DeleteParameterCommand(input)),
  listTagsForResource: (input) => ssm.send(new ListTagsForResourceCommand(input)),
  addTagsToResource: (input) => ssm.send(new AddTagsToResourceCommand(input)),
  removeTagsFromResource: (input) => ssm.send(new RemoveTagsFromResourceCommand(input)),
};
const secrets: SecretStore = { getSecretValue: (input) => secretsManager.send(new GetSecretValueCommand(input)) };

/** Answers CloudFormation for every `SecureStringParameter` of a stack. */
export const handler = customResource(secureStringWork(parameters, secrets));
