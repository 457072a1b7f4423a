import { once } from 'node:events';
import { WebSocket } from 'undici';
import { z } from 'zod';
import { type Exporter, type ExporterOptions, startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';

export interface ExporterWithHeap extends Exporter {
  /** What is reachable: its heap after a garbage collection. */
  readonly heapBytes: () => Promise<number>;
}

const targets = z.tuple([z.object({ webSocketDebuggerUrl: z.string() })]);
const heapUsage = z.object({ result: z.object({ usedSize: z.number() }) });

/** Starts the product under Node's inspector, by which its garbage is collected. */
export const startExporterWithHeap = async (options: ExporterOptions): Promise<ExporterWithHeap> => {
  const port = await freePort();
  const exporter = await startExporter({ ...options, env: { ...options.env, NODE_OPTIONS: `--inspect=${port}` } });
  const [{ webSocketDebuggerUrl }] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
  const ask = async (method: string): Promise<unknown> => {
    const socket = new WebSocket(webSocketDebuggerUrl);
    await once(socket, 'open');
    socket.send(JSON.stringify({ id: 1, method }));
    const [answer] = z.tuple([z.object({ data: z.string() })]).parse(await once(socket, 'message'));
    socket.close();
    return JSON.parse(answer.data);
  };
  return {
    ...exporter,
    heapBytes: async () => {
      await ask('HeapProfiler.collectGarbage');
      return heapUsage.parse(await ask('Runtime.getHeapUsage')).result.usedSize;
    },
  };
};
