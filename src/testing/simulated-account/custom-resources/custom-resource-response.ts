import { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, Listening, listenOnLoopback } from '../../loopback-server';

/** What a custom resource answered, found to keep the contract. */
export interface CustomResourceResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
  /** Whether nobody is told the data. */
  readonly NoEcho?: boolean;
}

/** What CloudFormation sent, as far as the response must repeat it. */
export type Echo = Readonly<Record<'StackId' | 'RequestId' | 'LogicalResourceId', string>>;

/** AWS CloudFormation User Guide, Custom resource response objects. */
const MAX_RESPONSE_BYTES = 4096;
const MAX_PHYSICAL_ID_BYTES = 1024;

/** Far more than is allowed, so that the fault can be told. */
const MAX_UPLOAD_BYTES = 1024 * 1024;

/** What is wrong with a response, in the order in which it is looked for. */
const FAULTS: ReadonlyArray<(response: any, echo: Echo) => string | undefined> = [
  ({ Status }) => ['SUCCESS', 'FAILED'].includes(Status) ? undefined : `'Status' is ${JSON.stringify(Status)}; allowed are SUCCESS and FAILED.`,
  (response, echo) => {
    const wrong = (Object.keys(echo) as Array<keyof Echo>).find((name) => response[name] !== echo[name]);
    return wrong && `'${wrong}' is not the one of the request. Copy it from the event.`;
  },
  ({ Status, PhysicalResourceId: id }) => {
    if (Status === 'FAILED' && id === undefined) return undefined;
    if (typeof id !== 'string' || id === '') return 'Invalid PhysicalResourceId: the response has none. Give a text.';
    const bytes = Buffer.byteLength(id);
    return bytes > MAX_PHYSICAL_ID_BYTES ? `'PhysicalResourceId' has ${bytes} bytes; allowed are ${MAX_PHYSICAL_ID_BYTES}.` : undefined;
  },
  ({ Data }) => Data === undefined || (Data !== null && typeof Data === 'object' && !Array.isArray(Data))
    ? undefined : '\'Data\' is no map. Give names with values.',
  ({ NoEcho }) => NoEcho === undefined || typeof NoEcho === 'boolean' ? undefined : `'NoEcho' is ${JSON.stringify(NoEcho)}; allowed are true and false.`,
];

/** Reads a response, or says how it breaks the contract. */
export function readResponse(body: string, echo: Echo): CustomResourceResponse | { readonly fault: string } {
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_RESPONSE_BYTES) return { fault: `Response object is too long: ${bytes} bytes; allowed are ${MAX_RESPONSE_BYTES}.` };
  const response = parse(body);
  if (response === null || typeof response !== 'object') return { fault: 'The response is not a JSON object.' };
  const fault = FAULTS.map((check) => check(response, echo)).find((found) => found !== undefined);
  return fault === undefined ? response as CustomResourceResponse : { fault };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The end of the response URLs: the first PUT for a request counts. */
export class ResponseServer {
  /** Opens the server on a loopback port. */
  public static async open(): Promise<ResponseServer> {
    const responses = new ResponseServer();
    responses.listening = await listenOnLoopback((request, response) => responses.take(request, response));
    return responses;
  }

  private readonly bodies = new Map<string, string | undefined>();
  private listening!: Listening;

  private constructor() {}

  /** The URL on which the response to a request is awaited. */
  public expect(requestId: string): string {
    this.bodies.set(requestId, undefined);
    return `${this.listening.url}/${requestId}?signature=simulated`;
  }

  /** The body that came for a request. Nothing more is taken for it. */
  public collect(requestId: string): string | undefined {
    const body = this.bodies.get(requestId);
    this.bodies.delete(requestId);
    return body;
  }

  public close(): Promise<void> {
    return this.listening.close();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, MAX_UPLOAD_BYTES);
    const requestId = (request.url ?? '').slice(1).split('?')[0]!;
    const refusal = body ? this.refusal(request, requestId) : 413;
    if (refusal === undefined) this.bodies.set(requestId, this.bodies.get(requestId) ?? body!.toString('utf8'));
    response.writeHead(refusal ?? 200).end();
  }

  /** Amazon S3, behind the real URL, refuses chunked uploads with 501, and takes a later answer, which changes nothing. */
  private refusal(request: IncomingMessage, requestId: string): number | undefined {
    if (request.method !== 'PUT') return 405;
    if (request.headers['transfer-encoding'] !== undefined) return 501;
    return this.bodies.has(requestId) ? undefined : 403;
  }
}
