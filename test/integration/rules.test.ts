import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Child, startChild, untilUp } from '../bed/child.ts';
import { command, plainEnvironment } from '../bed/command.ts';
import { freePort } from '../bed/free-port.ts';
import { needing } from '../bed/need.ts';
import { program, repositoryPath } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';

const alerting = join(repositoryPath, 'alerting');
const configuration = join(alerting, 'alertmanager/alertmanager.yml');
const filesOf = (folder: string) =>
  readdirSync(join(alerting, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(alerting, folder, name));

describe.each(['2', '3'] as const)('promtool %s', (version) => {
  describe('of the bed', needing(`promtool-${version}`), () => {
    const promtool = program(`promtool-${version}`);

    test('finds nothing in the rules', async () => {
      const rules = filesOf('rules');
      const printed = await command(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', ...rules]);
      expect(printed.match(/SUCCESS/g)).toHaveLength(rules.length);
    });

    test('sees each rule fire, not fire, and begin in time', async () => {
      await command(promtool, ['test', 'rules', ...filesOf('tests')]);
    });
  });
});

describe('Alertmanager', needing('alertmanager'), () => {
  test.each(['amtool', 'amtool-025'])('%s finds nothing in the configuration', async (amtool) => {
    expect(await command(program(amtool), ['check-config', configuration])).toContain('SUCCESS');
  });

  test('every alert reaches the one receiver', async () => {
    const arguments_ = ['config', 'routes', 'test', `--config.file=${configuration}`, '--verify.receivers=nobody'];
    await command(program('amtool'), [...arguments_, 'alertname=DockerHostDown', 'severity=critical', 'host=edge-1']);
  });
});

describe('an Alertmanager that knows a host is down', needing('alertmanager'), () => {
  const alerts = z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      status: z.object({ state: z.enum(['active', 'suppressed', 'unprocessed']) }),
    }),
  );
  let directory: string;
  let alertmanager: Child;
  let url: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'alertmanager-'));
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    alertmanager = startChild(
      program('alertmanager'),
      [
        `--config.file=${configuration}`,
        `--storage.path=${directory}`,
        `--web.listen-address=${address}`,
        '--cluster.listen-address=',
      ],
      { cwd: directory, env: plainEnvironment() },
    );
    await untilUp(alertmanager, async () => (await fetch(`${url}/-/ready`)).ok);
  });
  afterAll(async () => {
    await alertmanager.stop();
    await rm(directory, { recursive: true });
  });

  test('holds back the alerts of its containers, and no others', async () => {
    const unhealthy = (labels: object) => ({ labels: { alertname: 'ContainerUnhealthy', name: 'web', ...labels } });
    const body = JSON.stringify([
      { labels: { alertname: 'DockerHostDown', host: 'edge-1' } },
      unhealthy({ host: 'edge-1' }),
      unhealthy({ host: 'edge-2' }),
      // Both lack a host: equal by Alertmanager's rules, and yet no reason to be silent.
      { labels: { alertname: 'DockerHostDown', site: 'nowhere' } },
      { labels: { alertname: 'PrometheusBadConfig' } },
    ]);
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body })).status).toBe(200);

    await waitFor('every alert to be in its state', async () => {
      const found = alerts.parse(await (await fetch(`${url}/api/v2/alerts`)).json());
      const states = found.map(
        ({ labels, status }) => `${labels['alertname'] ?? ''} ${labels['host'] ?? '-'} ${status.state}`,
      );
      expect(states.toSorted()).toEqual([
        'ContainerUnhealthy edge-1 suppressed',
        'ContainerUnhealthy edge-2 active',
        'DockerHostDown - active',
        'DockerHostDown edge-1 active',
        'PrometheusBadConfig - active',
      ]);
      return true;
    });
  });
});
