import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';
import { bedPath } from './paths.ts';
import { makeStoreFolder, notePid } from './store-folder.ts';

export interface StoreOptions {
  readonly product: 'opensearch' | 'elasticsearch';
  /** Major: OpenSearch 2 or 3, Elasticsearch 8 or 9; the older one where none is named, as it needs no newer JDK. */
  readonly version?: '2' | '3' | '8' | '9';
  /** Of the node, such as `http.max_content_length`. */
  readonly settings?: StoreSettings;
}

export type StoreSettings = Readonly<Record<string, string>>;

export interface Store {
  /** http://127.0.0.1:PORT, the same after a restart. */
  readonly url: string;
  /** Of all its processes so far. */
  readonly log: () => string;
  /** SIGSTOP makes it hang, SIGCONT go on. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Ends it by SIGKILL, as when a machine loses power; what it had acknowledged is there after `restart`. */
  readonly kill: () => Promise<void>;
  /** Ends it in order, where it still runs, and starts it anew on the same port with what it holds. */
  readonly restart: (settings?: StoreSettings) => Promise<void>;
  /** Ends it for good and deletes its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a real search engine with a 512 MB heap on a free port of 127.0.0.1: 8 s, longer beside other work. Never more
 * than two at a time. Call `stop` in afterAll or onTestFinished.
 */
export const startStore = async (options: StoreOptions): Promise<Store> => {
  const name = storeName(options);
  const directory = makeStoreFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const earlier: string[] = [];
  let child: Child | undefined;
  const end = async (signal: NodeJS.Signals) => {
    child?.signal(signal);
    // A stopped process heeds no SIGTERM.
    child?.signal('SIGCONT');
    await child?.stop();
    earlier.push(child?.log() ?? '');
    child = undefined;
  };
  const stop = async () => {
    await end('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  };
  const begin = async (settings: StoreSettings) => {
    const flags = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    child = startChild(join(bedPath, 'store-run'), [name, directory, String(port), ...flags], {
      cwd: directory,
      env: plainEnvironment(),
    });
    notePid(directory, child.pid);
    await untilUp(child, () => answers(url), { timeoutMs: 170_000 }).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  };
  await begin(options.settings ?? {});
  return {
    url,
    log: () => earlier.join('') + (child?.log() ?? ''),
    signal: (signal) => child?.signal(signal),
    kill: () => end('SIGKILL'),
    restart: async (settings = options.settings ?? {}) => {
      await end('SIGTERM');
      await begin(settings);
    },
    stop,
  };
};

/** As `store-run` and `needing` call it. */
const storeName = ({ product, version }: StoreOptions): string =>
  `${product}-${version ?? (product === 'opensearch' ? '2' : '8')}`;

const answers = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, { signal: AbortSignal.timeout(5_000) })).ok;
