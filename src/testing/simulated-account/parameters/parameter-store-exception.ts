import { ServiceException } from '../../aws-json/service-exception';

/** An error of AWS Systems Manager. */
export class ParameterStoreException extends ServiceException {}
