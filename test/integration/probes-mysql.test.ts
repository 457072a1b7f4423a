import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../bed/free-port.ts';
import { holdConnection } from '../bed/hold-connection.ts';
import { type Mariadb, startMariadb } from '../bed/mariadb.ts';
import { needing } from '../bed/need.ts';
import { outcome, runProbe } from '../bed/run-probe.ts';
import { disbelieved, doubt, makeCertificates, type TrustedCertificates } from '../bed/trusted-certificates.ts';
import { waitFor } from '../bed/wait-for.ts';

describe('mysql', needing('mariadb', 'tls'), () => {
  const ask = (target: string, options: object = {}) => runProbe({ kind: 'mysql', target, options });
  const probe = async (target: string, options: object = {}) => outcome(await ask(target, options));
  let server: Mariadb;
  let certificates: TrustedCertificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
    server = await startMariadb({
      certificates: certificates.directory,
      // Its loopback clients are never blocked, others by the name that their address has.
      hosts: ['127.0.0.2 client.example'],
      args: ['--max-connect-errors=3', '--max-connections=10', '--performance-schema'],
    });
  });
  afterAll(async () => {
    await server.stop();
    await certificates.remove();
  });

  /** The server, for clients of another address. */
  const fromElsewhere = async (): Promise<string> => {
    const relay = createServer({ allowHalfOpen: true }, (client) => {
      const onward = connect({ ...elsewhere(), allowHalfOpen: true });
      client.pipe(onward).pipe(client);
      client.on('error', () => onward.destroy());
      onward.on('error', () => client.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void relay.close());
    const place = relay.address();
    return `127.0.0.1:${typeof place === 'object' && place !== null ? place.port : ''}`;
  };
  const elsewhere = () => ({
    host: '127.0.0.1',
    port: Number(server.address.split(':')[1]),
    localAddress: '127.0.0.2',
  });
  const connectErrors = () =>
    server.sql("SELECT sum_connect_errors FROM performance_schema.host_cache WHERE ip = '127.0.0.2'");
  const create = async (account: string) => {
    await server.sql(`CREATE OR REPLACE USER harborlight@'%' ${account}`);
    onTestFinished(() => server.sql("DROP USER IF EXISTS harborlight@'%'").then(() => undefined));
  };

  test('that refuses the login is up, also by TLS to those who believe it', async () => {
    expect(await probe(server.address)).toBe('up');
    const result = await ask(server.address, certificates.trust);
    expect(outcome(result)).toBe('up');
    expect(result.details.tls?.leaf.subject).toBe('CN=test server');
    expect(await probe(server.address, doubt)).toBe(disbelieved);
  });

  test('that refuses every client of our address is up', async () => {
    expect((await ask(await fromElsewhere())).steps.map(({ text }) => text)).toContain(
      'it answered 1130: it is up and refuses the login',
    );
  });

  test('that lets us in is up, and has nothing to log', async () => {
    await create('');
    const before = server.log().length;
    expect((await ask(server.address)).steps.map(({ text }) => text)).toContain(
      'it let harborlight in; ended the session',
    );
    expect(await probe(server.address, certificates.trust)).toBe('up');
    // What follows is logged, so what came before would be.
    await server.sql("DROP USER harborlight@'%'");
    expect(await probe(server.address)).toBe('up');
    await waitFor('a line', () => server.log().slice(before).includes('\n'));
    expect(server.log().slice(before)).toMatch(
      /^.*Access denied for user 'harborlight'@'localhost' \(using password: NO\)\n$/,
    );
  });

  test('does not block us after many probes, but would after a few interrupted connections', async () => {
    await server.sql("CREATE OR REPLACE USER somebody@'%' IDENTIFIED BY 's3cret'");
    onTestFinished(() => server.sql("DROP USER somebody@'%'").then(() => undefined));
    const target = await fromElsewhere();
    const runs = [{}, certificates.trust, doubt];
    for (let count = 0; count < 21; count++) await probe(target, runs[count % runs.length]);
    expect(await connectErrors()).toBe('0\n');
    expect(await probe(target)).toBe('up');
    for (let count = 0; count < 3; count++) await interrupt();
    await waitFor('them to count', async () => Number(await connectErrors()) >= 3);
    expect(await probe(target)).toBe(
      'it answers error 1129: it has blocked this host for interrupted connections, until FLUSH HOSTS',
    );
    expect(await probe(server.address)).toBe('up');
    await server.sql('FLUSH HOSTS');
    expect(await probe(target)).toBe('up');
  });

  /** A client that goes away when it is greeted. */
  const interrupt = () =>
    new Promise<void>((resolve) => {
      const socket = connect(elsewhere());
      socket.once('data', () => socket.destroy());
      socket.once('close', () => resolve());
    });

  test.each([
    ['an empty password', "IDENTIFIED BY 's3cret'"],
    ['a signature', "IDENTIFIED VIA ed25519 USING PASSWORD('s3cret')"],
    ['the name on a socket', 'IDENTIFIED VIA unix_socket'],
  ])('a login that wants %s comes to its end', async (_case, account) => {
    if (account.includes('ed25519')) {
      await server.sql("INSTALL SONAME 'auth_ed25519'");
      onTestFinished(() => server.sql("UNINSTALL SONAME 'auth_ed25519'").then(() => undefined));
    }
    await create(account);
    const target = await fromElsewhere();
    await server.sql('FLUSH HOSTS');
    for (let count = 0; count < 5; count++) expect(await probe(target)).toBe('up');
    expect(await connectErrors()).toBe('0\n');
  });

  test('that takes no more connections is down', async () => {
    for (let count = 0; count < 11; count++) await holdConnection(server.address);
    expect(await probe(server.address)).toBe('it answers error 1040: too many connections');
  });

  test('that is not there is down', async () => {
    expect(await probe(`127.0.0.1:${await freePort()}`)).toBe('connection refused');
  });
});
