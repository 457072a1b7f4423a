import { expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../bed/exporter.ts';
import { createScrapes } from './scrapes.ts';
import { startSimulatedHost } from './simulated.ts';

test('R12: containers that are gone have the same series after a restart, whatever patterns look at their labels', async () => {
  const { engine, socketPath, stop } = await startSimulatedHost(1);
  onTestFinished(stop);
  const exporter = await startExporter({
    config: {
      hosts: [{ name: 'edge-1', url: `unix://${socketPath}` }],
      containers: { include: ['web-*', 'label=team=*'], exclude: ['label=tier=ci'] },
      overrides: [{ match: 'label=backup', expected: true }],
    },
  });
  onTestFinished(exporter.stop);
  const scrapes = createScrapes(exporter);
  engine.run({ name: 'shop', labels: { team: 'shop' } });
  engine.run({ name: 'ci', labels: { team: 'shop', tier: 'ci' } });
  engine.run({ name: 'web-backup', labels: { backup: 'nightly' }, autoRemove: true });
  await scrapes.until('them', ({ all }) => all('docker_container_info').length === 3);
  engine.die('web-backup', 3);
  for (const name of ['shop', 'ci']) engine.destroy(name);
  const endsOf = ['docker_container_exits_total', 'docker_container_restarts_total', 'docker_container_missing'];
  const told = async () => (await scrapes.read({ format: 'text' })).samples.filter(({ name }) => endsOf.includes(name));
  await scrapes.until('the ends', ({ value }) => {
    const counted = [
      value('docker_container_exits_total', { name: 'web-backup', reason: 'error' }),
      value('docker_container_missing', { name: 'web-backup' }),
    ];
    return counted.every((count) => count === 1) && value('docker_containers', { state: 'running' }) === 1;
  });
  const before = await told();
  expect(new Set(before.map(({ labels }) => labels['name']))).toEqual(new Set(['web-0', 'web-backup', 'shop']));
  await exporter.end('SIGTERM');
  await exporter.start();
  expect(await told()).toEqual(before);
});
