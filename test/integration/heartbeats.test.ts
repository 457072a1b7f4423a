import { expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../bed/exporter.ts';

const NOBODY = [{ name: 'edge-1', url: 'unix:///nowhere.sock' }];
const HEARTBEATS = [
  { name: 'backup', every: '1h', token: 'token-of-backup' },
  { name: 'report', every: '1h', token: 'token-of-report' },
];

const valueOf = (text: string, series: string) => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};

test('a kill -9 takes no heartbeat that was answered', async () => {
  const exporter = await startExporter({ config: { hosts: NOBODY, heartbeats: HEARTBEATS }, until: 'listening' });
  onTestFinished(exporter.stop);
  const beat = (name: string) =>
    exporter.get(`/heartbeat/${name}`, { method: 'POST', headers: { Authorization: `Bearer token-of-${name}` } });
  for (let round = 0; round < 3; round++) {
    const beforeSeconds = Date.now() / 1000;
    const answers = await Promise.all([beat('backup'), beat('report'), beat('backup')]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    await exporter.end('SIGKILL');
    await exporter.start();
    const { text } = await exporter.scrape();
    for (const name of ['backup', 'report']) {
      const labels = `{probe="${name}",kind="heartbeat"}`;
      expect(valueOf(text, `probe_success${labels}`)).toBe(1);
      expect(valueOf(text, `probe_heartbeat_last_timestamp_seconds${labels}`)).toBeGreaterThanOrEqual(
        beforeSeconds - 0.01,
      );
    }
  }
  expect(exporter.log()).not.toContain('token-of-');
});
