import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { grown, statesOf } from './counter-growth.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { createScrapes, type Reading, type Scrapes } from './scrapes.ts';

const IDLE = 'trap "exit 0" TERM; sleep 100000 & wait';

describe('an engine that begins anew', () => {
  describe(
    'with two containers that run',
    needing('docker-28', 'promtool-3', 'promtool-2', 'openmetrics-parser'),
    () => {
      let engine: Engine;
      let exporter: Exporter;
      let scrapes: Scrapes;
      let client: EngineClient;
      let before: Reading;

      beforeEach(async () => {
        engine = await startEngine();
        client = createEngineClient(engine.socketPath);
        const kept = await client.create('kept', IDLE, { HostConfig: { RestartPolicy: { Name: 'always' } } });
        const plain = await client.create('plain', IDLE);
        for (const id of [kept, plain]) await client.ask('POST', `/containers/${id}/start`);
        exporter = await startExporter({ config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }] } });
        scrapes = createScrapes(exporter);
        before = await scrapes.read();
      });
      afterEach(async () => {
        await exporter.stop();
        await client.close();
        await engine.stop();
      });

      const endsOf = (reading: Reading) =>
        Object.values(grown(before, reading, 'docker_exits_total')).reduce((sum, count) => sum + count, 0);
      const shapes: Readonly<Record<string, () => Promise<void>>> = {
        'by a restart': () => engine.restart(),
        'after all has lost its power': async () => {
          await engine.killWithContainers();
          await engine.start();
        },
      };
      test.each(Object.entries(shapes))('%s: a gap is told, and each end is counted once', async (_how, restart) => {
        await restart();
        const after = await waitFor('the gap, and what a comparison finds', async () => {
          const reading = await scrapes.read();
          return reading.value('docker_event_gaps_total') === 1 && endsOf(reading) >= 2 && reading;
        });
        expect(endsOf(after)).toBe(2);
        expect(statesOf(after)).toEqual(await client.states());
      });
    },
  );
});
