import { describe, expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { startPodman } from '../bed/podman.ts';
import { createScrapes, type Reading, type Scrapes } from './scrapes.ts';

const watch = async (url: string): Promise<{ readonly exporter: Exporter; readonly scrapes: Scrapes }> => {
  const exporter = await startExporter({ config: { hosts: [{ name: 'edge-1', url }] } });
  onTestFinished(exporter.stop);
  return { exporter, scrapes: createScrapes(exporter) };
};

const stateOf = (reading: Reading, name: string) => reading.which('state', 'docker_container_state', { name });

describe('an engine that goes and comes', () => {
  test('R9: is down while it is away, and after its restart a gap is told', needing('docker-28'), async () => {
    const engine = await startEngine();
    onTestFinished(engine.stop);
    const options = ['--detach', '--name', 'web', '--stop-timeout', '1'];
    await engine.docker('run', ...options, 'testbed/busybox:1', 'sleep', '100000');
    const { scrapes } = await watch(engine.dockerHost);
    await scrapes.until('the container', (reading) => stateOf(reading, 'web') === 'running');
    await engine.down();
    const down = await scrapes.until('its end', (reading) => reading.value('docker_up') === 0);
    expect(down.which('reason', 'docker_down_reason')).toBe('unreachable');
    expect(down.all('docker_container_info')).toEqual([]);
    await engine.start();
    // On a busy machine the engine may take longer for an inspect than others are held up by it.
    const isBack = (reading: Reading) => reading.value('docker_up') === 1 && stateOf(reading, 'web') !== undefined;
    const up = await scrapes.until('its return', isBack, { timeoutMs: 15_000 });
    expect(stateOf(up, 'web')).toBe('exited');
    expect(up.value('docker_event_gaps_total')).toBe(1);
    expect(await scrapes.faults()).toBe('');
  });
});

describe('Podman', () => {
  test('R46: what comes, changes and goes is known by its events', needing('podman'), async () => {
    const podman = await startPodman();
    onTestFinished(podman.stop);
    const { scrapes } = await watch(podman.dockerHost);
    const until = (what: string, isSo: (reading: Reading) => boolean) => scrapes.until(what, isSo, { timeoutMs: 5000 });
    await podman.docker(
      'run',
      '--detach',
      '--name',
      'web',
      '--network',
      'none',
      'testbed/busybox:1',
      'sleep',
      '100000',
    );
    await until('its start', (reading) => stateOf(reading, 'web') === 'running');
    await podman.docker('rename', 'web', 'shop');
    await until(
      'its name',
      (reading) => stateOf(reading, 'shop') === 'running' && stateOf(reading, 'web') === undefined,
    );
    await podman.docker('pause', 'shop');
    await until('its pause', (reading) => stateOf(reading, 'shop') === 'paused');
    await podman.docker('unpause', 'shop');
    await podman.docker('kill', 'shop');
    await until(
      'its end',
      (reading) => stateOf(reading, 'shop') === 'exited' && reading.value('docker_container_exit_code') === 137,
    );
    await podman.docker('rm', 'shop');
    await until('nothing', (reading) => reading.all('docker_container_info').length === 0);
    expect((await scrapes.read()).value('docker_event_gaps_total')).toBe(0);
    expect(await scrapes.faults()).toBe('');
  });
});
