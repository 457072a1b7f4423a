import { z } from 'zod';
import { type Exporter, type ExporterOptions, startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';
import { type Inspector, openInspector } from './inspector.ts';

/** The product under Node's inspector: nothing is added to it. */
export interface InspectedExporter extends Exporter {
  readonly inspector: Inspector;
  /** What is reachable: its heap after a garbage collection. */
  readonly heapBytes: () => Promise<number>;
}

const heapUsage = z.object({ usedSize: z.number() });

export const startInspectedExporter = async (options: ExporterOptions): Promise<InspectedExporter> => {
  const port = await freePort();
  const exporter = await startExporter({ ...options, env: { ...options.env, NODE_OPTIONS: `--inspect=${port}` } });
  const inspector = await openInspector(port);
  return {
    ...exporter,
    inspector,
    heapBytes: async () => {
      await inspector.ask('HeapProfiler.collectGarbage');
      return heapUsage.parse(await inspector.ask('Runtime.getHeapUsage')).usedSize;
    },
    stop: async () => {
      // A process that ends waits for whoever inspects it.
      inspector.close();
      await exporter.stop();
    },
  };
};
