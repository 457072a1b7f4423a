import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../bed/free-port.ts';
import { holdConnection } from '../bed/hold-connection.ts';
import { needing } from '../bed/need.ts';
import { type Postgres, startPostgres } from '../bed/postgres.ts';
import { outcome, runProbe } from '../bed/run-probe.ts';
import { disbelieved, doubt, makeCertificates, type TrustedCertificates } from '../bed/trusted-certificates.ts';
import { waitFor } from '../bed/wait-for.ts';

describe('postgres', needing('postgres', 'tls'), () => {
  const ask = (target: string, options: object = {}) => runProbe({ kind: 'postgres', target, options });
  const probe = async (target: string, options: object = {}) => outcome(await ask(target, options));
  let server: Postgres;
  let certificates: TrustedCertificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
    server = await startPostgres({ certificates: certificates.directory });
  });
  afterAll(async () => {
    await server.stop();
    await certificates.remove();
  });

  /** What it logs of one probe: a line before it and one after it tell which. */
  const logged = async (options: object = {}): Promise<readonly string[]> => {
    const mark = async () => {
      const name = randomUUID();
      await server.sql(`DO $$ BEGIN RAISE LOG '${name}'; END $$`);
      return waitFor(name, () => server.log().lastIndexOf(`LOG:  ${name}`) + 1);
    };
    const from = await mark();
    expect(await probe(server.address, options)).toBe('up');
    // Its process writes before it ends.
    await waitFor('its session to end', async () => Number(await server.sql(SESSIONS)) === 0);
    const to = await mark();
    const lines = server.log().slice(from, to).split('\n');
    return lines.flatMap((line) => /(?:FATAL|ERROR|WARNING|LOG): {2}.*/.exec(line)?.[0] ?? []);
  };
  const SESSIONS =
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

  test.each([
    ['scram-sha-256', 'it wants a login by SASL'],
    ['md5', 'it wants a login by SASL'],
    ['password', 'it wants a password in clear text'],
  ])('that asks for a login (%s) is up, and logs nothing', async (method, step) => {
    await server.allow([`host all all 127.0.0.1/32 ${method}`]);
    await waitFor('it to be taken over', async () =>
      (await ask(server.address)).steps.some(({ text }) => text === step),
    );
    expect(await logged()).toEqual([]);
    expect(await logged(certificates.trust)).toEqual([]);
  });

  test('that lets us in is up, and logs nothing', async () => {
    await server.sql('CREATE ROLE harborlight LOGIN');
    onTestFinished(() => server.sql('DROP ROLE harborlight').then(() => undefined));
    await server.allow(['host all all 127.0.0.1/32 trust']);
    await waitFor('it to be taken over', async () =>
      (await ask(server.address)).steps.some(({ text }) => text.startsWith('it let')),
    );
    expect(await logged()).toEqual([]);
    expect(await logged(certificates.trust)).toEqual([]);
  });

  test.each([
    [['host all all 127.0.0.1/32 trust'], 'FATAL:  role "harborlight" does not exist'],
    [
      [],
      /^FATAL: {2}no pg_hba.conf entry for host "127.0.0.1", user "harborlight", database "postgres", no encryption$/,
    ],
  ])('that refuses the login is up, and logs it (%s)', async (access, line) => {
    await server.allow(access);
    await waitFor('it to be taken over', async () => {
      expect(await logged()).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
      return true;
    });
  });

  test('speaks TLS to those who believe it', async () => {
    const result = await ask(server.address, certificates.trust);
    expect(outcome(result)).toBe('up');
    expect(result.details.tls?.leaf.subject).toBe('CN=test server');
    expect(await probe(server.address, doubt)).toBe(disbelieved);
  });

  test('that has no room, no primary, or no time any more, is down; without TLS it is not up by TLS', async () => {
    const connectionOf = (user: string) => `\0\0\0${String.fromCharCode(15 + user.length)}\0\x03\0\0user\0${user}\0\0`;
    await server.restart({
      ssl: 'off',
      max_connections: '1',
      superuser_reserved_connections: '0',
      max_wal_senders: '0',
    });
    expect(await probe(server.address, doubt)).toBe('it speaks no TLS');
    // The probe before may have its place for a moment yet: then this one is not taken.
    const session = await waitFor('its only place to be ours', async () => {
      const held = await holdConnection(server.address, connectionOf('postgres'));
      return (await probe(server.address)) === 'it answers error 53300: too many clients' && held;
    });
    server.signal('SIGTERM');
    const none = 'it answers error 57P03: it is starting up, shutting down or recovering';
    await waitFor('its end to begin', async () => (await probe(server.address)) === none);
    session.destroy();
    await server.restart({ hot_standby: 'off' }, 'standby');
    expect(await probe(server.address)).toBe(none);
  });

  test('that is not there is down', async () => {
    expect(await probe(`127.0.0.1:${await freePort()}`)).toBe('connection refused');
  });
});
