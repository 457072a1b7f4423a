import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { startExporter } from '../bed/exporter.ts';
import { checkOpenMetrics, checkText } from '../bed/exposition-checks.ts';
import { needing } from '../bed/need.ts';
import { startPrometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';
import { startSimulatedHost } from './simulated.ts';

/** What no JSON library would write: bytes that begin no character, or do not go on as they began. */
const BYTES = '\xff\xc3(\xe2\x82';
const AS_CHARACTERS = '\uFFFD\uFFFD(\uFFFD';
/** Stands for them, and is as long. */
const PLACEHOLDER = 'BYTES';
const note = `she said "no": C:\\temp\\new\nsecond line ${PLACEHOLDER}!`;
const image = `shop/${PLACEHOLDER}:1`;

/** Passes on what an engine says, with the bytes in it. */
const startForgery = async (engineSocketPath: string): Promise<string> => {
  const server = createServer((client) => {
    const engine = connect(engineSocketPath);
    client.pipe(engine);
    engine.on('data', (said: Buffer) => client.write(said.toString('latin1').replaceAll(PLACEHOLDER, BYTES), 'latin1'));
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
};

const parts = needing('prometheus-3', 'promtool-3', 'openmetrics-parser');

test('bytes that are not UTF-8 arrive in Prometheus as U+FFFD, all else in a label as it is', parts, async () => {
  const { engine, socketPath, stop } = await startSimulatedHost(0);
  onTestFinished(stop);
  engine.run({ name: 'odd', image, labels: { note } });
  const exporter = await startExporter({
    config: { hosts: [{ name: 'edge-1', url: await startForgery(socketPath) }], containers: { labels: ['note'] } },
  });
  onTestFinished(exporter.stop);
  expect(await checkText((await exporter.scrape({ format: 'text' })).text)).toBe('');
  expect(await checkOpenMetrics((await exporter.scrape({ format: 'openmetrics' })).text)).toBe('');

  const job = (name: string, protocol: string) => ({
    job_name: name,
    scrape_interval: '1s',
    honor_labels: true,
    scrape_protocols: [protocol],
    static_configs: [{ targets: [new URL(exporter.url).host] }],
  });
  const prometheus = await startPrometheus({
    config: { scrape_configs: [job('text', 'PrometheusText0.0.4'), job('openmetrics', 'OpenMetricsText1.0.0')] },
  });
  onTestFinished(prometheus.stop);
  const found = await waitFor('both scrapes', async () => {
    const series = await prometheus.query('docker_container_info');
    return series.length === 2 && series;
  });
  for (const { metric } of found) {
    expect(metric).toMatchObject({
      label_note: note.replace(PLACEHOLDER, AS_CHARACTERS),
      image: image.replace(PLACEHOLDER, AS_CHARACTERS),
    });
  }
  expect(prometheus.log()).not.toMatch(/level=(warn|error)/i);
});
