/** An error of AWS Systems Manager, shaped as the SDK's are: `name` tells which. */
export class ParameterStoreException extends Error {
  public readonly $fault = 'client';
  public readonly $metadata = { httpStatusCode: 400 };

  constructor(public override readonly name: string, message = '', options?: ErrorOptions) {
    super(message, options);
  }
}
