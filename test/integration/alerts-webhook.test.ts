import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeAlert } from '../../exporter/documents/encode/alert.ts';
import { createCredentialCheck } from '../../exporter/http/auth/webhook-credentials.ts';
import { startChild, untilUp } from '../bed/child.ts';
import { plainEnvironment } from '../bed/command.ts';
import { freePort } from '../bed/free-port.ts';
import { needing } from '../bed/need.ts';
import { program } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';
import { startServer } from '../unit/http/bed.ts';

/** An Alertmanager that sends everything to this webhook, again each second. */
async function startAlertmanager(name: string, webhook: string, token: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alertmanager-'));
  const configuration = {
    route: { receiver: 'harborlight', group_wait: '0s', group_interval: '1s', repeat_interval: '1s' },
    receivers: [
      {
        name: 'harborlight',
        webhook_configs: [
          { url: webhook, send_resolved: true, http_config: { authorization: { type: 'Bearer', credentials: token } } },
        ],
      },
    ],
  };
  // YAML takes JSON.
  await writeFile(join(directory, 'alertmanager.yml'), JSON.stringify(configuration));
  const address = `127.0.0.1:${await freePort()}`;
  const child = startChild(
    program(name),
    [
      `--config.file=${directory}/alertmanager.yml`,
      `--storage.path=${directory}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    { cwd: directory, env: plainEnvironment() },
  );
  onTestFinished(async () => {
    await child.stop();
    await rm(directory, { recursive: true });
  });
  await untilUp(child, async () => (await fetch(`http://${address}/-/ready`)).ok);
  return `http://${address}`;
}

describe('Alertmanager', needing('alertmanager'), () => {
  test.each(['alertmanager', 'alertmanager-025'])(
    '%s sends an alert until it is kept, repeats it under one id, and tells its end under another',
    async (name) => {
      const answers: string[] = [];
      const ids: string[] = [];
      const authorize = createCredentialCheck({
        credentials: () => ({ bearerToken: 'webhook-token' }),
        nowMs: () => performance.now(),
        onThrottled: () => undefined,
      });
      const { url } = await startServer({
        alertsWebhook: {
          authorize,
          onRefused: () => undefined,
          append: (alerts) => {
            answers.push(alerts.map(({ status }) => status).join());
            if (answers.length < 3) return Promise.reject(new Error('the disk is full'));
            ids.push(...alerts.map((alert) => encodeAlert(alert, { namespace: 'default' }).id));
            return Promise.resolve();
          },
        },
      });
      const alertmanager = await startAlertmanager(name, String(new URL('/alerts/webhook', url)), 'webhook-token');
      const tell = (more: object) =>
        fetch(`${alertmanager}/api/v2/alerts`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify([
            { labels: { alertname: 'ContainerDown', host: 'edge-1' }, startsAt: '2026-11-21T00:45:52.793Z', ...more },
          ]),
        });
      expect((await tell({})).status).toBe(200);
      await waitFor('three notifications that were kept', () => Promise.resolve(ids.length >= 3));
      expect(new Set(ids).size).toBe(1);
      expect((await tell({ endsAt: new Date().toISOString() })).status).toBe(200);
      await waitFor('the end', () => Promise.resolve(new Set(ids).size === 2));
      expect(answers.slice(0, 3)).toEqual(['firing', 'firing', 'firing']);
    },
    30_000,
  );
});
