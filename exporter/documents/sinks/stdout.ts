import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type Sink, SinkError } from './sink.ts';

export interface StdoutSinkOptions {
  readonly name: string;
  readonly stream: Writable;
}

/** NDJSON on a stream of this process: what the stream has taken counts as stored, which a kill may cut. */
export function createStdoutSink({ name, stream }: StdoutSinkOptions): Sink {
  return {
    name,
    write: async (batch, signal) => {
      const text = batch.map(({ json }) => `${json}\n`).join('');
      try {
        if (!stream.write(text)) await once(stream, 'drain', { signal });
      } catch (cause) {
        signal.throwIfAborted();
        throw new SinkError('unavailable', 'write to stdout', { cause });
      }
      return batch.map(() => ({ kind: 'stored' }));
    },
    close: () => Promise.resolve(),
  };
}
