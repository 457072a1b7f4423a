import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { allGrown, grown, statesOf } from './counter-growth.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { type EventGate, startEventGate } from './event-gate.ts';
import { countEach, type EventObserver, startEventObserver } from './event-observer.ts';
import { createScrapes, type Reading, type Scrapes } from './scrapes.ts';

const IDLE = 'trap "exit 0" TERM; sleep 100000 & wait';

describe('the event stream of a real engine', () => {
  describe(
    'behind a proxy that cuts it',
    needing('docker-28', 'promtool-3', 'promtool-2', 'openmetrics-parser'),
    () => {
      let engine: Engine;
      let gate: EventGate;
      let exporter: Exporter;
      let scrapes: Scrapes;
      let client: EngineClient;
      let observer: EventObserver;
      let ids: Readonly<Record<'web' | 'crashes' | 'renamed', string>>;
      let before: Reading;
      let observedBefore: number;

      beforeAll(async () => {
        engine = await startEngine();
        client = createEngineClient(engine.socketPath);
        ids = {
          web: await client.create('web', IDLE),
          crashes: await client.create('crashes', 'exit 3'),
          renamed: await client.create('renamed', IDLE),
        };
        await start('web');
        gate = await startEventGate(engine.socketPath);
        // A stream that waits at the gate has not failed yet.
        exporter = await startExporter({ config: { hosts: [{ name: 'edge-1', url: gate.url, timeout: '60s' }] } });
        scrapes = createScrapes(exporter);
        observer = startEventObserver(engine.socketPath);
        await waitFor('the observer', async () => {
          await rename(1);
          return observer.events().length > 0;
        });
      });
      afterAll(async () => {
        await observer.stop();
        await exporter.stop();
        await gate.close();
        await client.close();
        await engine.stop();
      });
      beforeEach(async () => {
        await untilQuiet();
        before = await scrapes.read();
        observedBefore = observer.events().length;
      });

      const start = async (name: keyof typeof ids) => {
        await client.ask('POST', `/containers/${ids[name]}/start`);
      };
      const crash = async () => {
        await start('crashes');
        await client.wait(ids.crashes);
      };
      /** As a healthcheck does: three events. */
      const execute = async () => {
        const { Id } = made.parse(await client.ask('POST', `/containers/${ids.web}/exec`, { Cmd: ['true'] }));
        await client.ask('POST', `/exec/${Id}/start`, { Detach: true });
      };
      /** The cheapest events. */
      const rename = async (times: number) => {
        for (let time = 0; time < times; time++) {
          const name = time === times - 1 ? 'renamed' : `renamed-${time}`;
          await client.ask('POST', `/containers/${ids.renamed}/rename?name=${name}-${Date.now()}`);
        }
      };
      const observed = () => observer.events().slice(observedBefore);
      const untilQuiet = async () => {
        for (let known = -1; known < observer.events().length; ) {
          known = observer.events().length;
          await delay(300);
        }
      };
      const renameUntil = async (events: number) => {
        await untilQuiet();
        await rename(events - observed().length);
        await waitFor('the last event', () => observed().length === events);
      };
      /** Opens the gate, and reads when what was missed is known. */
      const readAgain = async () => {
        gate.open();
        await waitFor('the stream', async () => (await scrapes.read()).value('docker_event_stream_up') === 1);
        // The reason of an end is settled half a second after it.
        await delay(1000);
        return scrapes.read();
      };

      test('250 events in the gap: none is lost, none is counted twice', async () => {
        await gate.shut();
        for (let end = 0; end < 10; end++) await crash();
        await renameUntil(250);
        const after = await readAgain();
        expect(grown(before, after, 'docker_events_total')).toEqual(countEach(observed().map(({ kind }) => kind)));
        expect(grown(before, after, 'docker_exits_total')).toEqual({ error: 10 });
        expect(grown(before, after, 'docker_event_gaps_total')).toEqual({});
        await gate.shut();
        expect(allGrown(after, await readAgain())).toEqual({ 'docker_event_stream_reconnects_total ': 1 });
      });

      test('the same when two thirds of them are healthchecks', async () => {
        await gate.shut();
        await Promise.all(Array.from({ length: 56 }, () => execute()));
        for (let end = 0; end < 5; end++) await crash();
        await renameUntil(250);
        const after = await readAgain();
        const events = grown(before, after, 'docker_events_total');
        expect(allGrown(before, after)).not.toHaveProperty(['docker_event_gaps_total ']);
        expect(events).toEqual(countEach(observed().map(({ kind }) => kind)));
        expect(events).toMatchObject({
          'container exec_create': 56,
          'container exec_start': 56,
          'container exec_die': 56,
        });
        expect(grown(before, after, 'docker_exits_total')).toEqual({ error: 5 });
        expect(grown(before, after, 'docker_event_gaps_total')).toEqual({});
      });

      test('300 events in the gap: it is told, and what is there now and what ended is found all the same', async () => {
        const present = await client.create('removed', IDLE);
        await client.ask('POST', `/containers/${present}/start`);
        await untilQuiet();
        before = await scrapes.read();
        await gate.shut();
        await client.ask('DELETE', `/containers/${present}?force=1`);
        await crash();
        await client.ask('POST', `/containers/${ids.web}/stop`);
        await client.create('new', IDLE);
        await rename(300);
        const after = await readAgain();
        expect(grown(before, after, 'docker_event_gaps_total')).toEqual({ '': 1 });
        expect(statesOf(after)).toEqual(await client.states());
        expect(grown(before, after, 'docker_exits_total')).toEqual({ unknown: 3 });
      });

      test('no event for a while, and none in the gap: no gap is told', async () => {
        await delay(5000);
        await gate.shut();
        expect(allGrown(before, await readAgain())).toEqual({ 'docker_event_stream_reconnects_total ': 1 });
      });
    },
  );
});

const made = z.object({ Id: z.string() });
