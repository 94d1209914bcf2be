import { ParameterStore } from './parameter-store';
import { ParameterStoreException } from './parameter-store-exception';
import type { Credential } from '../../aws-json/credential';
import { serveAwsJson } from '../../aws-json/server';
import { ServiceException } from '../../aws-json/service-exception';
import type { Principal } from '../../local-kms/callers/caller';
import type { Listening } from '../../loopback-server';

/** Opens Parameter Store on a loopback port for unmodified SDK clients; the caller is found by the access key id. */
export function openParameterStore(store: ParameterStore, callers: ReadonlyMap<string, Principal>): Promise<Listening> {
  const perform = ({ accessKeyId, region }: Credential, operation: string, request: unknown) => {
    const caller = callers.get(accessKeyId);
    if (!caller) throw new ParameterStoreException('UnrecognizedClientException', 'The security token included in the request is invalid.');
    return store.call(operation, request, caller, region);
  };
  const refuseOther = (service: string) =>
    new ServiceException('UnknownOperationException', `The service '${service}' is not simulated; simulated are kms, secretsmanager and ssm.`);
  return serveAwsJson({ signingName: 'ssm', targetPrefix: 'AmazonSSM', internalException: 'InternalServerError', perform, refuseOther });
}
