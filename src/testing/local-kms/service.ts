import { Call } from './call';
import type { Caller } from './callers/caller';
import { CUSTOM_KEY_STORE_OPERATIONS, NO_CUSTOM_KEY_STORES } from './custom-key-stores';
import { KmsException } from './exceptions';
import type { KeyStore } from './keys/key-store';
import { operationNamed } from './operations';
import type { EvaluateInput } from '../../proof';
import { deserialize, type BlobReader } from '../aws-json/deserialize';
import type { Input, Members } from '../aws-json/shape';
import { validate } from '../aws-json/validate';

/** A request as it comes, of any shape. */
interface Incoming {
  /** The name of one, or of none. */
  readonly operation: string;
  readonly request: unknown;
  readonly requestId: string;
}

/** What callers in process and over HTTP share: an operation's name and a request in, the answer or a `KmsException` out. */
export class Service {
  constructor(
    private readonly store: KeyStore,
    private readonly now: () => Date,
    private readonly principalExists: (arn: string) => boolean = () => true,
    private readonly save: () => void = () => undefined,
  ) {
    store.recordAccess(now());
  }

  /** Runs without a pause, so that concurrent callers never see half of it. */
  public perform(caller: Caller, { operation: name, request, requestId }: Incoming, readBlob: BlobReader): unknown {
    const operation = operationNamed(name) ?? unknownOperation(name);
    const members = deserialize(operation.members, request, readBlob);
    validate(operation.members, members);
    const call = this.call(caller, name);
    try {
      const answer = operation.run(members as Input<Members>, call);
      call.recordUse(requestId);
      this.store.recordAccess(call.now);
      return answer;
    } finally {
      this.save(); // a call that is refused has still seen what time brought
    }
  }

  /** @throws `NotFoundException` */
  public matter(caller: Caller, action: string, keyArn: string): EvaluateInput | undefined {
    const call = this.call(caller, action);
    const key = this.store.key(keyArn, call.now);
    if (!key) { throw new KmsException('NotFoundException', `Key '${keyArn}' does not exist`); }
    return call.matter(action, key);
  }

  private call(caller: Caller, operation: string): Call {
    return new Call(this.store, caller, operation, this.now(), this.principalExists);
  }
}

function unknownOperation(name: string): never {
  if (CUSTOM_KEY_STORE_OPERATIONS.some((each) => each === name)) { throw new KmsException('UnsupportedOperationException', NO_CUSTOM_KEY_STORES); }
  throw new KmsException('UnknownOperationException');
}
