import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from '../../../exporter/cli/index.ts';
import { temporaryFolder } from '../config/temporary-folder.ts';
import { createContext } from './context.ts';

type LogLine = Readonly<Record<string, unknown>>;

/** The real program on a free port; nothing answers where its engine should be. */
async function startExporter(configuration: object) {
  const cwd = temporaryFolder();
  const write = (next: object) => {
    const fixed = { log: { format: 'json' }, paths: { data: join(cwd, 'data') }, hosts: [host('h')] };
    writeFileSync(join(cwd, 'harborlight.yml'), JSON.stringify({ ...fixed, ...next }));
  };
  write(configuration);
  const stopping = new AbortController();
  const stdout = new PassThrough();
  const lines: LogLine[] = [];
  stdout.on('data', (part: Buffer) => {
    // The JSON logger writes whole lines, an object each.
    for (const line of part.toString().trim().split('\n')) lines.push(JSON.parse(line) as LogLine);
  });
  let reload: () => void = () => undefined;
  const { context } = createContext({
    argv: ['start'],
    cwd,
    stdout,
    signal: stopping.signal,
    onReload: (callback) => (reload = callback),
  });
  const ended = runCli(context);
  onTestFinished(async () => {
    stopping.abort();
    await ended;
  });
  const told = (message: string) => lines.filter((line) => line['message'] === message);
  const url = await vi.waitFor(() => {
    const [line] = told('listening');
    if (line === undefined) throw new Error('not listening yet');
    return new URL(String(line['harborlight.url']).replace('0.0.0.0', '127.0.0.1'));
  });
  await vi.waitFor(() => expect(told('watching').length).toBeGreaterThan(0));
  return { url, write, told, reload: () => reload() };
}

function host(name: string, url = `unix:///nowhere/${name}.sock`) {
  return { name, url };
}

async function scrape(url: URL, headers: Record<string, string> = {}) {
  const response = await fetch(new URL('/metrics', url), { headers });
  return { status: response.status, body: await response.text() };
}

const TOKEN = 'a-long-token';
const withToken = { authorization: `Bearer ${TOKEN}` };

test('a reload cannot open the address in force to everybody, whatever address it names', async () => {
  const { url, write, told, reload } = await startExporter({
    listen: { address: '0.0.0.0', port: 0, auth: { bearer_token: TOKEN } },
  });
  write({ listen: { address: '127.0.0.1', port: 0 } });
  reload();
  await vi.waitFor(() => expect(told('configuration not reloaded')).toHaveLength(1));
  expect((await scrape(url)).status).toBe(401);
  const { body } = await scrape(url, withToken);
  expect(body).toMatch(/^harborlight_config_last_reload_successful 0$/m);
});

test('a reload may open it when it says so', async () => {
  const { url, write, told, reload } = await startExporter({
    listen: { address: '0.0.0.0', port: 0, auth: { bearer_token: TOKEN } },
  });
  write({ listen: { address: '127.0.0.1', port: 0, allow_anonymous: true } });
  reload();
  await vi.waitFor(() => expect(told('configuration reloaded')).toHaveLength(1));
  expect((await scrape(url)).status).toBe(200);
});
