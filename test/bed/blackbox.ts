import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';
import { program } from './paths.ts';

export interface BlackboxOptions {
  /** What blackbox.yml holds under `modules`. */
  readonly modules: Readonly<Record<string, object>>;
}

export interface Blackbox {
  readonly url: string;
  /** The text that `/probe` answers; `params` are added to the query. */
  readonly probe: (target: string, module: string, params?: Readonly<Record<string, string>>) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts a real blackbox_exporter on a free port of 127.0.0.1. */
export const startBlackbox = async ({ modules }: BlackboxOptions): Promise<Blackbox> => {
  const directory = await mkdtemp(join(tmpdir(), 'blackbox-test-'));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  await writeFile(join(directory, 'blackbox.yml'), stringify({ modules }));
  const child = startChild(
    program('blackbox_exporter'),
    ['--config.file=blackbox.yml', `--web.listen-address=${address}`],
    { cwd: directory, env: plainEnvironment() },
  );
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await untilUp(child, async () => (await fetch(`${url}/-/healthy`)).ok).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url,
    probe: async (target, module, params = {}) => {
      const response = await fetch(`${url}/probe?${new URLSearchParams({ ...params, target, module }).toString()}`);
      const text = await response.text();
      if (!response.ok) throw new Error(`probe ${target}: status ${response.status}, ${text.trim()}`);
      return text;
    },
    stop,
  };
};
