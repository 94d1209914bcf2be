import { CustomResource } from 'aws-cdk-lib';
import { AppParts } from './app-part';
import { RESOURCE_TYPE } from '../../../src/resources/secure-string/contract';

export const SSM_PARAMETER_STORE: AppParts = {
  'SecureString parameter': (scope, key) => {
    new CustomResource(scope, 'Parameter', { resourceType: RESOURCE_TYPE, serviceToken: 'the handler', properties: { KeyId: key.keyArn } });
  },
};
