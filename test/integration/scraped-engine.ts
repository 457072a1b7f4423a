import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { type Prometheus, startPrometheus } from '../bed/prometheus.ts';

/** A real engine, the exporter that watches it, and a real Prometheus that scrapes that every second. */
export interface ScrapedEngine {
  readonly engine: Engine;
  readonly exporter: Exporter;
  readonly prometheus: Prometheus;
  readonly stop: () => Promise<void>;
}

export const startScrapedEngine = async (): Promise<ScrapedEngine> => {
  const engine = await startEngine();
  const exporter = await startExporter({ config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }] } });
  const job = { job_name: 'harborlight', scrape_interval: '1s', scrape_timeout: '1s', honor_labels: true };
  const targets = [{ targets: [new URL(exporter.url).host] }];
  const prometheus = await startPrometheus({ config: { scrape_configs: [{ ...job, static_configs: targets }] } });
  return {
    engine,
    exporter,
    prometheus,
    stop: async () => {
      await prometheus.stop();
      await exporter.stop();
      await engine.stop();
    },
  };
};
