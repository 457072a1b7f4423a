import { once } from 'node:events';
import { WebSocket } from 'undici';
import { z } from 'zod';
import { type Exporter, type ExporterOptions, startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';

/** The product under Node's inspector: nothing is added to it. */
export interface InspectedExporter extends Exporter {
  /** What is reachable: its heap after a garbage collection. */
  readonly heapBytes: () => Promise<number>;
  /** Measures how late the event loop is, until it is asked for the longest time in milliseconds. */
  readonly watchLoop: () => Promise<() => Promise<number>>;
}

const targets = z.tuple([z.object({ webSocketDebuggerUrl: z.string() })]);
const heapUsage = z.object({ usedSize: z.number() });
const evaluated = z.object({ result: z.object({ value: z.number() }) });
const answered = z.tuple([z.object({ data: z.string().transform((text) => JSON.parse(text) as unknown) })]);
const withResult = z.object({ result: z.unknown() });

/** Of the timer that is late or not. */
const RESOLUTION_MS = 1;

export const startInspectedExporter = async (options: ExporterOptions): Promise<InspectedExporter> => {
  const port = await freePort();
  const exporter = await startExporter({ ...options, env: { ...options.env, NODE_OPTIONS: `--inspect=${port}` } });
  const [{ webSocketDebuggerUrl }] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
  const ask = async (method: string, params: object = {}): Promise<unknown> => {
    const socket = new WebSocket(webSocketDebuggerUrl);
    await once(socket, 'open');
    socket.send(JSON.stringify({ id: 1, method, params }));
    const [{ data }] = answered.parse(await once(socket, 'message'));
    socket.close();
    return withResult.parse(data).result;
  };
  const evaluate = async (expression: string): Promise<number> =>
    evaluated.parse(await ask('Runtime.evaluate', { expression, returnByValue: true })).result.value;
  return {
    ...exporter,
    heapBytes: async () => {
      await ask('HeapProfiler.collectGarbage');
      return heapUsage.parse(await ask('Runtime.getHeapUsage')).usedSize;
    },
    watchLoop: async () => {
      const hooks = "process.getBuiltinModule('node:perf_hooks')";
      await evaluate(
        `globalThis.lateness = ${hooks}.monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} }); Number(lateness.enable())`,
      );
      return async () => (await evaluate('lateness.max')) / 1e6 - RESOLUTION_MS;
    },
  };
};
