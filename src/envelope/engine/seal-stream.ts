import { NOTHING } from './bytes';
import { beginSealing } from './message';
import { MessageSealer } from './message-sealer';
import { MessageStream } from './message-stream';
import { Sealing } from './seal-options';

/** Seals what is written to it. See `Envelope.sealStream`. */
export class SealStream extends MessageStream {
  private sealer: MessageSealer | undefined;

  /** @internal */
  constructor(private readonly sealing: Sealing) {
    super();
  }

  protected consume(bytes: Buffer): Promise<void> | void {
    return this.run((sealer) => sealer.take(bytes, false));
  }

  protected complete(): Promise<void> | void {
    return this.run((sealer) => sealer.take(NOTHING, true));
  }

  protected discard(): void {
    this.sealer?.discard();
  }

  private run(work: (sealer: MessageSealer) => void): Promise<void> | void {
    return this.sealer ? work(this.sealer) : this.begin().then(work);
  }

  private async begin(): Promise<MessageSealer> {
    return this.sealer = await beginSealing(this.sealing, {}, (bytes) => this.push(bytes));
  }
}
