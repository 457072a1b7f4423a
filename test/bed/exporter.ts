import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import type { Engine } from './engine.ts';
import { freePort } from './free-port.ts';
import { mainPath } from './paths.ts';
import { fetchWithin } from './within.ts';

export interface ExporterOptions {
  /** What harborlight.yml holds; none is written without it. */
  readonly config?: object;
  readonly env?: NodeJS.ProcessEnv;
  readonly command?: 'start' | 'demo';
  readonly args?: readonly string[];
  /** The Node to run it with. */
  readonly node?: string;
  /** Whose network it runs in: containers' addresses and published ports are there, and requests come from there too. */
  readonly within?: Pick<Engine, 'name' | 'exec'>;
  /** Until when to wait: its port is open, or (the default) /readyz is content. */
  readonly until?: 'listening' | 'ready';
}

export interface Scrape {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly durationMs: number;
}

export interface ScrapeOptions {
  readonly format?: 'text' | 'openmetrics';
  /** Of the request, `?host=` and the like. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Exporter {
  /** Of the present process, or of the last. */
  readonly pid: number;
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Its working directory, where harborlight.yml and data/ lie. */
  readonly directory: string;
  /** All it has logged so far. */
  readonly log: () => string;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly scrape: (options?: ScrapeOptions) => Promise<Scrape>;
  /** Rewrites harborlight.yml; nothing is told to the process. */
  readonly configure: (config: object) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Settles with its exit code, null after a signal. */
  readonly ended: Promise<number | null>;
  /** Ends the process, and only that: `start` begins another one in its directory and on its port. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the built product as a process of its own, in an empty directory, on a free port of 127.0.0.1. */
export const startExporter = async (options: ExporterOptions = {}): Promise<Exporter> => {
  const { config, env = {}, command = 'start', args = [], node = process.execPath, until = 'ready' } = options;
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-test-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // JSON is YAML.
  const configure = (content: object) => writeFile(join(directory, 'harborlight.yml'), JSON.stringify(content));
  if (config !== undefined) await configure(config);
  const { within } = options;
  const ask: Ask = within === undefined ? fetch : (asked, init) => fetchWithin(within, asked, init);
  // Becomes the program: its process id stays.
  const [file, ...before] =
    within === undefined ? [node] : ['nsenter', `--net=/run/netns/testbed-${within.name}`, node];
  const begin = () =>
    startChild(file, [...before, ...nodeOptions, mainPath, command, ...args], {
      cwd: directory,
      env: { ...plainEnvironment(), UV_THREADPOOL_SIZE: '16', HARBORLIGHT_LISTEN_PORT: String(port), ...env },
    });
  const logs: string[] = [];
  let child = begin();
  const up = () => untilUp(child, () => (until === 'ready' ? isReady(ask, url) : isListening(port)));
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await up().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    get pid() {
      return child.pid;
    },
    url,
    directory,
    log: () => logs.join('') + child.log(),
    get: (path, init) => ask(url + path, init),
    scrape: (scrapeOptions) => scrapeFrom(url, scrapeOptions, ask),
    configure,
    signal: (signal) => {
      child.signal(signal);
    },
    get ended() {
      return child.ended;
    },
    end: async (signal) => {
      child.signal(signal);
      await child.ended;
    },
    start: async () => {
      logs.push(child.log());
      child = begin();
      await up();
    },
    stop,
  };
};

/** As in the scripts of package.json. */
export const nodeOptions = ['--max-semi-space-size=4', '--heap-growing-percent=20', '--enable-source-maps'];

type Ask = (url: string, init?: RequestInit) => Promise<Response>;

const isReady = async (ask: Ask, url: string): Promise<boolean> => (await ask(`${url}/readyz`)).ok;

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect').finally(() => socket.destroy());
  return true;
};

const accepts = { text: 'text/plain;version=0.0.4', openmetrics: 'application/openmetrics-text;version=1.0.0' };

/** Asks an exporter for its metrics, wherever it runs. */
export const scrapeFrom = async (
  url: string,
  { format = 'text', query = '', headers = {} }: ScrapeOptions = {},
  ask: Ask = fetch,
): Promise<Scrape> => {
  const startMs = performance.now();
  const response = await ask(`${url}/metrics${query}`, { headers: { accept: accepts[format], ...headers } });
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, text, durationMs: performance.now() - startMs };
};
