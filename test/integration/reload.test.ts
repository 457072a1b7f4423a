import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createScrapes, type Reading, type Scrapes } from './scrapes.ts';

describe('a reload by SIGHUP', () => {
  describe('of a running exporter', needing('docker-28', 'promtool-3', 'promtool-2', 'openmetrics-parser'), () => {
    let engines: readonly Engine[];
    let stays: object;
    let other: { readonly name: string; readonly url: string };
    let exporter: Exporter;
    let scrapes: Scrapes;

    beforeAll(async () => {
      const [first, second] = await Promise.all([startEngine(), startEngine()]);
      engines = [first, second];
      stays = { name: 'stays', url: first.dockerHost };
      other = { name: 'other', url: second.dockerHost };
      exporter = await startExporter({ config: { hosts: [stays] } });
      scrapes = createScrapes(exporter);
      // After a new connection this would count for nothing: it was before its time.
      await first.docker(
        'run',
        '--detach',
        '--label',
        'team=sea',
        '--name',
        'web',
        'testbed/busybox:1',
        'sleep',
        '100000',
      );
      await waitFor('the event', async () => starts(await scrapes.read()) === 1);
    });
    afterAll(async () => {
      await exporter.stop();
      await Promise.all(engines.map((engine) => engine.stop()));
    });

    /** Reloads, and reads until it shows: all the while there is no gap at the host that stays. */
    const reload = async (config: object, shows: (reading: Reading) => boolean): Promise<Reading> => {
      await exporter.configure(config);
      exporter.signal('SIGHUP');
      return waitFor('the reload to show', async () => {
        const reading = await scrapes.read();
        expectUndisturbed(reading);
        return shows(reading) && reading;
      });
    };
    afterEach(async () => {
      expectUndisturbed(await scrapes.read());
    });

    test('adds a host', async () => {
      await reload({ hosts: [stays, other] }, (reading) => reading.value('docker_up', { host: 'other' }) === 1);
    });

    test('makes a new connection to a host that changed', async () => {
      const connections = (reading: Reading) => calls(reading, 'other', 'version');
      expect(connections(await scrapes.read())).toBe(1);
      const changed = { ...other, timeout: '3s' };
      await reload({ hosts: [stays, changed] }, (reading) => connections(reading) === 2);
    });

    test('shows other labels of containers that are known', async () => {
      await reload(
        { hosts: [stays, other], containers: { labels: ['team'] } },
        (reading) => reading.all('docker_container_info', { label_team: 'sea' }).length === 1,
      );
    });

    test('has nothing left of a host that was removed', async () => {
      await reload({ hosts: [stays] }, (reading) => !reading.text.includes('host="other"'));
    });

    test('keeps what runs when the file is no good, and tells until it is', async () => {
      const isGood = (reading: Reading) => reading.value('harborlight_config_last_reload_successful');
      await reload({ hosts: [stays, { name: 'other', url: 'gopher://edge' }] }, (reading) => isGood(reading) === 0);
      expect(exporter.log()).toContain('hosts[1].url');
      await reload({ hosts: [stays] }, (reading) => isGood(reading) === 1);
    });

    test('tells what needs a restart, and goes on as before', async () => {
      const paths = { proc: '/nowhere', cgroup: '/nowhere' };
      await reload({ hosts: [stays], paths }, () =>
        ['paths.proc', 'paths.cgroup'].every((option) => exporter.log().includes(`"${option}"`)),
      );
      await reload({ hosts: [stays] }, () => true);
    });

    test('gives valid texts all the time', async () => {
      expect(await scrapes.faults()).toBe('');
    });
  });
});

const starts = (reading: Reading) =>
  reading.value('docker_events_total', { host: 'stays', type: 'container', action: 'start' });

const calls = (reading: Reading, host: string, endpoint: string) =>
  reading.value('harborlight_engine_request_duration_seconds_count', { host, endpoint });

/** Up, with its events counted on, and still on the first connection. */
const expectUndisturbed = (reading: Reading): void => {
  const labels = { host: 'stays' };
  expect(reading.value('docker_up', labels)).toBe(1);
  expect(reading.value('docker_container_memory_usage_bytes', { ...labels, name: 'web' })).toBeGreaterThan(0);
  expect(starts(reading)).toBe(1);
  expect(calls(reading, 'stays', 'events')).toBe(1);
};
