import { finished, Transform, TransformCallback } from 'node:stream';
import type { Transformer, TransformStream as WebTransform } from 'node:stream/web';

/** A stream of Node that runs bytes through one direction of the engine; `toWeb` makes it one of the Web. */
export abstract class MessageStream extends Transform {
  /**
   * This stream as a pair for `pipeThrough`. Use one of the two forms only.
   *
   * `Transform.toWeb` of Node 20 would do, but reads ahead without bounds: it counts chunks where it should count bytes.
   */
  public toWeb(): WebTransform<Uint8Array, Uint8Array> {
    const transformer: Transformer<Uint8Array, Uint8Array> & { cancel(reason: unknown): void } = {
      start: (controller) => {
        this.on('data', (chunk: Buffer) => controller.enqueue(chunk));
        this.on('error', (error) => controller.error(error));
      },
      transform: (chunk) => new Promise((resolve, reject) => this.write(chunk, (error) => error ? reject(error) : resolve())),
      flush: () => new Promise((resolve, reject) => {
        finished(this, (error) => error ? reject(error) : resolve());
        this.end();
      }),
      cancel: (reason) => void this.destroy(reason as Error),
    };
    return new TransformStream(transformer);
  }

  public override _transform(chunk: Buffer, _encoding: string, callback: TransformCallback): void {
    this.settle(() => this.consume(chunk), callback);
  }

  public override _flush(callback: TransformCallback): void {
    this.settle(() => this.complete(), callback);
  }

  public override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.discard(error);
    callback(error);
  }

  /** Takes the next bytes. A promise is for the data key only: one for each chunk would cost a tenth of the speed. */
  protected abstract consume(bytes: Buffer): Promise<void> | void;

  /** Nothing more comes. */
  protected abstract complete(): Promise<void> | void;

  /** Overwrites what was not pushed. */
  protected abstract discard(error: Error | null): void;

  private settle(work: () => Promise<void> | void, callback: TransformCallback): void {
    const done = (error?: Error | null) => {
      if (this.destroyed) this.discard(null); // by its reader meanwhile, or while the data key was on its way: work went on
      callback(error);
    };
    let pending: Promise<void> | void;
    try {
      pending = work();
    } catch (error) {
      return done(error as Error);
    }
    if (pending) pending.then(() => done(), done);
    else done();
  }
}
