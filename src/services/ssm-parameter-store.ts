import { ServiceFacts } from './service-facts';

/** AWS Systems Manager Parameter Store forwards whoever puts and gets a SecureString. */
export const SSM_PARAMETER_STORE: ServiceFacts = {
  service: 'AWS Systems Manager Parameter Store',
  forwards: {
    viaService: 'ssm',
    write: ['kms:Encrypt', 'kms:GenerateDataKey'], // standard parameters, advanced parameters
    read: ['kms:Decrypt'],
    contextKey: 'PARAMETER_ARN',
    source: 'AWS Systems Manager User Guide, How AWS Systems Manager Parameter Store uses AWS KMS',
  },
  // CloudFormation cannot make a SecureString: the type is that of this library's own custom resource.
  slots: [{ resourceType: 'Custom::SecureStringParameter', property: 'KeyId' }],
  edges: [],
};
