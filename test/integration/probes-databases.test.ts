import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../bed/free-port.ts';
import { holdConnection } from '../bed/hold-connection.ts';
import { startMongodbStandIn } from '../bed/mongodb-stand-in.ts';
import { needing } from '../bed/need.ts';
import { type RedisOptions, startRedis } from '../bed/redis.ts';
import { outcome, runProbe } from '../bed/run-probe.ts';
import { disbelieved, doubt, makeCertificates } from '../bed/trusted-certificates.ts';
import { waitFor } from '../bed/wait-for.ts';

describe('redis', needing('redis', 'tls'), () => {
  const start = async (options?: RedisOptions) => {
    const server = await startRedis(options);
    onTestFinished(server.stop);
    return server;
  };
  const probe = async (target: string, options: object = {}) =>
    outcome(await runProbe({ kind: 'redis', target, options }));

  test('is up as long as it runs', async () => {
    const server = await startRedis();
    expect(await probe(server.address)).toBe('up');
    await server.stop();
    expect(await probe(server.address)).toBe('connection refused');
  });

  test('that wants a login, or gives nobody a right, is up', async () => {
    expect(await probe((await start({ args: ['--requirepass', 's3cret'] })).address)).toBe('up');
    expect(await probe((await start({ args: ['--user', 'default', 'on', 'nopass', '~*', '-@all'] })).address)).toBe(
      'up',
    );
  });

  test('speaks TLS to those who believe it', async () => {
    const certificates = await makeCertificates();
    onTestFinished(certificates.remove);
    const server = await start({ certificates: certificates.directory });
    const result = await runProbe({ kind: 'redis', target: server.address, options: certificates.trust });
    expect(outcome(result)).toBe('up');
    expect(result.details.tls?.leaf.subject).toBe('CN=test server');
    expect(await probe(server.address, doubt)).toBe(disbelieved);
    expect(await probe(server.address)).toBe('connection reset by the target');
  });

  // It takes the beginning of TLS for half a line, and waits for the rest.
  test('that does not speak TLS is not up by TLS', async () => {
    const { address: target } = await start();
    const result = await runProbe({ kind: 'redis', target, options: doubt, timeoutMs: 300 });
    expect(outcome(result)).toBe('no result within 0.3 s');
    expect(result.steps.at(-2)?.text).toBe('begins TLS');
  });

  test('that is a replica without its primary, and serves nothing old, is down', async () => {
    const args = ['--replicaof', '127.0.0.1', String(await freePort()), '--replica-serve-stale-data', 'no'];
    expect(await probe((await start({ args })).address)).toBe(
      'it answers error MASTERDOWN: it is a replica that has lost its primary',
    );
  });

  test('that still loads its data is down', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'redis-data-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const full = await startRedis({ directory });
    await full.cli('EVAL', "for i = 1, 20000 do redis.call('SET', i, string.rep('x', 100)) end", '0');
    await full.cli('SAVE');
    await full.stop();
    // Its own switches for this: half a millisecond a key, and an ear for clients every kilobyte.
    const slow = ['--key-load-delay', '500', '--loading-process-events-interval-bytes', '1024'];
    const server = await start({ directory, args: slow });
    expect(await probe(server.address)).toBe('it answers error LOADING: it is still loading its data');
  });

  test('that is held up by a script is down', async () => {
    const server = await start({ args: ['--busy-reply-threshold', '10'] });
    await holdConnection(server.address, 'PING\r\n').then((socket) => socket.write("EVAL 'while true do end' 0\r\n"));
    await waitFor('it to be busy', async () => {
      expect(await probe(server.address)).toBe('it answers error BUSY: a script has been running for too long');
      return true;
    });
  });

  test('that takes no more clients is down', async () => {
    const server = await start({ args: ['--maxclients', '1'] });
    // Whoever asked whether it is up may still be its client.
    await waitFor('it to be full', async () => {
      await holdConnection(server.address, 'PING\r\n');
      return (await probe(server.address)) === 'it answers error ERR: too many clients';
    });
  });
});

describe('mongodb (a stand-in: Debian 12 has none)', needing('tls'), () => {
  const probe = async (target: string, options: object = {}) =>
    outcome(await runProbe({ kind: 'mongodb', target, options }));

  test('is what the official driver takes for a server, and the probe too', async () => {
    const server = await startMongodbStandIn();
    onTestFinished(server.stop);
    const client = new MongoClient(`mongodb://${server.address}`, { serverSelectionTimeoutMS: 5000 });
    expect(await client.db('admin').command({ ping: 1 })).toEqual({ ok: 1 });
    await expect(client.db('admin').command({ dance: 1 })).rejects.toThrow("no such command: 'dance'");
    await client.close();
    expect(await probe(server.address)).toBe('up');
    expect(server.commands).toEqual(expect.arrayContaining(['ismaster', 'ping', 'dance', 'endSessions']));
    expect(server.commands.at(-1)).toBe('hello');
  });

  test('speaks TLS to those who believe it', async () => {
    const certificates = await makeCertificates();
    onTestFinished(certificates.remove);
    const read = (name: string) => readFile(join(certificates.directory, name));
    const server = await startMongodbStandIn({
      tls: { cert: await read('server-cert.pem'), key: await read('server-key.pem') },
    });
    onTestFinished(server.stop);
    const options = { tls: true, tlsCAFile: join(certificates.directory, 'ca.pem'), serverSelectionTimeoutMS: 5000 };
    const client = new MongoClient(`mongodb://${server.address}`, options);
    expect(await client.db('admin').command({ ping: 1 })).toEqual({ ok: 1 });
    await client.close();
    expect(await probe(server.address, certificates.trust)).toBe('up');
    expect(await probe(server.address, doubt)).toBe(disbelieved);
  });

  test('that answers an error, or is not there, is down', async () => {
    const server = await startMongodbStandIn({ hello: { ok: 0, code: 91, codeName: 'ShutdownInProgress' } });
    expect(await probe(server.address)).toBe('it answers error ShutdownInProgress');
    await server.stop();
    expect(await probe(server.address)).toBe('connection refused');
  });
});
