import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../bed/child.ts';
import { plainEnvironment } from '../bed/command.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { type SimulatedHost, startSimulatedHost } from './simulated.ts';

const CONTAINERS = 20;
/** Of each of four kinds of dead targets, and four times as many names. */
const OF_EACH = 50;
const PROBES = 8 * OF_EACH;
const SCRAPES = 20;
/** In milliseconds. */
const SLOWER_AT_MOST = 100;
/** Half a second is gathered before the spool, a fifth before the file; a disk takes the rest. */
const WRITTEN_WITHIN = 1500;

interface Dead {
  readonly probes: readonly object[];
  readonly resolver: string;
  /** What the name server was asked, each name once. */
  readonly askedNames: () => number;
  readonly stop: () => Promise<void>;
}

/** A listener that takes connections and says nothing. */
const startSilent = async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: typeof place === 'object' && place !== null ? place.port : 0, stop };
};

/** A listener that takes nobody, with as many waiting as may: whoever comes then has no answer to his first packet. */
const startFull = async () => {
  const port = await freePort();
  const program =
    'socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(shift, INADDR_LOOPBACK) and listen S, 0 or die $!; sleep';
  const child = startChild('perl', ['-MSocket', '-e', program, String(port)], { cwd: '/', env: plainEnvironment() });
  const waiting: Socket[] = [];
  const isFull = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      waiting.push(socket);
      socket.once('connect', () => resolve(false));
      socket.once('error', () => resolve(false));
      socket.setTimeout(500, () => resolve(true));
    });
  await waitFor('a full backlog', isFull);
  const stop = async () => {
    for (const socket of waiting) socket.destroy();
    await child.stop();
  };
  return { port, stop };
};

/** A name server that never answers. */
const startBlackHole = async () => {
  const names = new Set<string>();
  const socket = createSocket('udp4', (message) => names.add(message.toString('latin1', 12, message.indexOf(0, 12))));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, names, stop: () => socket.close() };
};

const startDead = async (): Promise<Dead> => {
  const [silent, full, blackHole] = [await startSilent(), await startFull(), await startBlackHole()];
  const many = (name: string, probe: (index: number) => object, count = OF_EACH) =>
    Array.from({ length: count }, (_, index) => ({ name: `${name}-${index}`, ...probe(index) }));
  return {
    probes: [
      ...many('silent', () => ({ kind: 'redis', address: `127.0.0.1:${silent.port}` })),
      ...many('hanging', () => ({ kind: 'mysql', address: `127.0.0.1:${silent.port}` })),
      ...many('full', () => ({ kind: 'tcp', address: `127.0.0.1:${full.port}` })),
      ...many('nobody', (index) => ({ kind: 'tcp', address: `127.0.1.${index + 1}:1` })),
      ...many('name', (index) => ({ kind: 'tcp', address: `nobody-${index}.example.org:80` }), 4 * OF_EACH),
    ],
    resolver: `127.0.0.1:${blackHole.port}`,
    askedNames: () => blackHole.names.size,
    stop: async () => {
      silent.stop();
      blackHole.stop();
      await full.stop();
    },
  };
};

describe('200 dead targets, and 200 names that nobody knows of', needing('linux'), () => {
  let host: SimulatedHost;
  let dead: Dead;
  let calm: Exporter;
  let busy: Exporter;
  beforeAll(async () => {
    host = await startSimulatedHost(CONTAINERS);
    dead = await startDead();
    const hosts = [{ name: 'edge-1', url: `unix://${host.socketPath}` }];
    // Each for a third of the time, and as many at once as there are.
    const defaults = { interval: '15s', timeout: '5s', concurrency: 2 * PROBES, resolvers: [dead.resolver] };
    calm = await startExporter({ config: { hosts } });
    busy = await startExporter({ config: { hosts, probes: dead.probes, probe_defaults: defaults } });
    await waitFor('each to have failed', async () => (await failed()) === PROBES, { timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await busy.stop();
    await calm.stop();
    await dead.stop();
    await host.stop();
  });

  const failed = async () => [...(await busy.scrape()).text.matchAll(/^probe_success\{.*\} 0$/gm)].length;

  test('are all asked, and all down', async () => {
    expect(await failed()).toBe(PROBES);
    expect(dead.askedNames()).toBeGreaterThanOrEqual(4 * OF_EACH);
  });

  // Another program on the machine can hold up one scrape or two; probes would hold up more.
  test(`make nine of ten scrapes no ${SLOWER_AT_MOST} ms slower`, async () => {
    const durations = { calm: [] as number[], busy: [] as number[] };
    for (let round = 0; round < SCRAPES; round++) {
      durations.calm.push((await calm.scrape()).durationMs);
      durations.busy.push((await busy.scrape()).durationMs);
    }
    const summary = { calm: summarise(durations.calm), busy: summarise(durations.busy) };
    console.log(`scrapes in ms: ${JSON.stringify(summary)}`);
    expect(summary.busy.ninth).toBeLessThanOrEqual(summary.calm.ninth + SLOWER_AT_MOST);
  });

  test('hold up nothing that is written to a file', async () => {
    const written = async () => {
      const folder = join(busy.directory, 'data/documents');
      const files = await readdir(folder).catch(() => []);
      const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      return texts.join('');
    };
    const took: number[] = [];
    for (let round = 0; round < 10; round++) {
      const sinceMs = performance.now();
      host.engine.run({ name: `late-${round}` });
      await waitFor('its document', async () => (await written()).includes(`late-${round}"`), { intervalMs: 10 });
      took.push(performance.now() - sinceMs);
    }
    console.log(`events to their file in ms: ${JSON.stringify(summarise(took))}`);
    expect(Math.max(...took)).toBeLessThan(WRITTEN_WITHIN);
  });
});

const summarise = (durations: readonly number[]) => {
  const sorted = [...durations].sort((a, b) => a - b);
  const quantile = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  return { median: quantile(0.5), ninth: quantile(0.9), worst: quantile(1) };
};
