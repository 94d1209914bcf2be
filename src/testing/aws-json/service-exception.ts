/** What an AWS service answers when it refuses, shaped as the SDK's exceptions are: `name` tells which. */
export class ServiceException extends Error {
  public override readonly name: string;
  /** As the SDK says it: whether the request or the service is at fault. */
  public readonly $fault: 'client' | 'server';
  public readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, message = '', { status = 400, cause }: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.name = name;
    this.$fault = status < 500 ? 'client' : 'server';
    this.$metadata = { httpStatusCode: status };
  }

  public get httpStatusCode(): number {
    return this.$metadata.httpStatusCode;
  }
}
