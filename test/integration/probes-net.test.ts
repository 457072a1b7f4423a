import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Blackbox, startBlackbox } from '../bed/blackbox.ts';
import { runCommand, script } from '../bed/command.ts';
import { outcomeOf, runConfigured } from '../bed/configured-probe.ts';
import { type Dnsmasq, startDnsmasq } from '../bed/dnsmasq.ts';
import { type Etcd, startEtcd } from '../bed/etcd.ts';
import { freePort } from '../bed/free-port.ts';
import { type MailServer, startAiosmtpd, startDovecot } from '../bed/mail.ts';
import { needing } from '../bed/need.ts';
import { mainPath } from '../bed/paths.ts';
import { type Postgres, startPostgres } from '../bed/postgres.ts';
import { blackboxModules } from './blackbox-modules.ts';
import { compareWithBlackbox, NO_DIFFERENCES } from './blackbox-parity.ts';

/** The same probe in both programs' words, and what it comes to. */
interface Case {
  readonly kind: string;
  readonly target: () => string;
  readonly options?: object;
  readonly module: string;
  readonly comesTo: string | RegExp;
}

let certificates: string;
let blackbox: Blackbox;

const check = async ({ kind, target, options = {}, module, comesTo }: Case) => {
  const address = target();
  const result = await runConfigured({ probe: { kind, address, ...options } });
  expect(outcomeOf(result)).toMatch(comesTo);
  const text = await blackbox.probe(address, module);
  expect(compareWithBlackbox(result, text)).toEqual(NO_DIFFERENCES);
};

const tls = () => ({ tls: { ca_file: join(certificates, 'ca.pem') } });
const nobody = { address: '' };

describe('tcp, dns, grpc and icmp beside blackbox_exporter', needing('blackbox', 'tls'), () => {
  beforeAll(async () => {
    certificates = await mkdtemp(join(tmpdir(), 'probes-net-'));
    await script('certificates', certificates);
    blackbox = await startBlackbox({ modules: blackboxModules(certificates) });
    nobody.address = `127.0.0.1:${await freePort()}`;
  });
  afterAll(async () => {
    await blackbox.stop();
    await rm(certificates, { recursive: true, force: true });
  });

  describe('where nobody is', () => {
    test('a connection that is refused', () =>
      check({ kind: 'tcp', target: () => nobody.address, module: 'tcp', comesTo: 'connection refused' }));
    test('a name that there is not', () =>
      check({ kind: 'tcp', target: () => 'nobody.invalid:80', module: 'tcp', comesTo: /^nobody\.invalid / }));
    test('a name server that does not listen', () =>
      check({
        kind: 'dns',
        target: () => nobody.address,
        options: { query_name: 'zone.example', query_type: 'SOA' },
        module: 'soa',
        comesTo: 'connection refused',
      }));
    test('a name server whose name there is not', () =>
      check({
        kind: 'dns',
        target: () => 'nobody.invalid',
        options: { query_name: 'a.zone.example' },
        module: 'a',
        comesTo: /^nobody\.invalid /,
      }));
    test('a gRPC server that does not listen', () =>
      check({ kind: 'grpc', target: () => nobody.address, module: 'grpc', comesTo: 'connection refused' }));
    test('a gRPC server whose name there is not', () =>
      check({ kind: 'grpc', target: () => 'nobody.invalid:80', module: 'grpc', comesTo: /^nobody\.invalid / }));
    test('an echo of a name that there is not', () =>
      check({ kind: 'icmp', target: () => 'nobody.invalid', module: 'icmp', comesTo: /^nobody\.invalid / }));
  });

  describe('aiosmtpd', needing('aiosmtpd'), () => {
    let smtp: MailServer;
    let plain: MailServer;
    beforeAll(async () => {
      smtp = await startAiosmtpd(certificates);
      plain = await startAiosmtpd();
    });
    afterAll(() => Promise.all([smtp.stop(), plain.stop()]));

    test('a port that is open', () => check({ kind: 'tcp', target: () => smtp.address, module: 'tcp', comesTo: 'up' }));
    test('a greeting', () =>
      check({
        kind: 'tcp',
        target: () => smtp.address,
        options: { send_expect: [{ expect: '^220 ' }] },
        module: 'greeting',
        comesTo: 'up',
      }));
    test('another greeting than is expected, until the end', () =>
      check({
        kind: 'tcp',
        target: () => smtp.address,
        options: { send_expect: [{ send: 'QUIT\r\n', expect: '^nobody says this' }] },
        module: 'other_greeting',
        comesTo: 'step 1 of 1: the connection ended before a line matched',
      }));
    test('STARTTLS', () =>
      check({
        kind: 'tcp',
        target: () => smtp.address,
        options: { starttls: 'smtp', ...tls() },
        module: 'smtp',
        comesTo: 'up',
      }));
    test('STARTTLS step by step', () =>
      check({
        kind: 'tcp',
        target: () => smtp.address,
        options: {
          ...tls(),
          send_expect: [
            { expect: '^220 ' },
            { send: 'EHLO prober\r\n', expect: '^250-STARTTLS' },
            { expect: '^250 ' },
            { send: 'STARTTLS\r\n', expect: '^220 ', starttls: true },
            { send: 'EHLO prober\r\n', expect: '^250 ' },
          ],
        },
        module: 'smtp',
        comesTo: 'up',
      }));
    test('STARTTLS where it is not offered', async () => {
      const result = await runConfigured({ probe: { kind: 'tcp', address: plain.address, starttls: 'smtp' } });
      expect(outcomeOf(result)).toBe('the target offers no STARTTLS');
    });
  });

  describe('dovecot', needing('dovecot'), () => {
    let imap: MailServer;
    beforeAll(async () => {
      imap = await startDovecot(certificates);
    });
    afterAll(() => imap.stop());

    test('STARTTLS', () =>
      check({
        kind: 'tcp',
        target: () => imap.address,
        options: { starttls: 'imap', ...tls() },
        module: 'imap',
        comesTo: 'up',
      }));
    test('STARTTLS with a certificate that is not believed', async () => {
      const result = await runConfigured({ probe: { kind: 'tcp', address: imap.address, starttls: 'imap' } });
      expect(outcomeOf(result)).toBe('the certificate is not believed: its authority is not known');
    });
  });

  describe('postgres', needing('postgres'), () => {
    let secure: Postgres;
    let plain: Postgres;
    beforeAll(async () => {
      secure = await startPostgres({ certificates });
      plain = await startPostgres();
    });
    afterAll(() => Promise.all([secure.stop(), plain.stop()]));

    test('TLS on request', async () => {
      // blackbox_exporter cannot ask for it: query_response has lines only.
      const result = await runConfigured({
        probe: { kind: 'tcp', address: secure.address, starttls: 'postgres', ...tls() },
      });
      expect(outcomeOf(result)).toBe('up');
      expect(result.details.tls).toMatchObject({ version: 'TLS 1.3', leaf: { subject: 'CN=test server' } });
    });
    test('TLS on request where there is none', async () => {
      const result = await runConfigured({ probe: { kind: 'tcp', address: plain.address, starttls: 'postgres' } });
      expect(outcomeOf(result)).toBe('the target offers no TLS');
    });
  });

  describe('dnsmasq', needing('dnsmasq'), () => {
    let server: Dnsmasq;
    beforeAll(async () => {
      const long = Array.from(
        { length: 30 },
        (_, index) => `txt-record=long.zone.example,"${'x'.repeat(100)}${index}"`,
      );
      server = await startDnsmasq(['host-record=a.zone.example,192.0.2.1', ...long]);
    });
    afterAll(() => server.stop());
    const dns = (options: object, rest: Pick<Case, 'module' | 'comesTo'>) =>
      check({ kind: 'dns', target: () => server.address, options, ...rest });

    test('an address', () => dns({ query_name: 'a.zone.example' }, { module: 'a', comesTo: 'up' }));
    test('an address that matches', () =>
      dns(
        {
          query_name: 'a.zone.example.',
          expect: { answers: { every: '^a\\.zone\\.example\\.\t\\d+\tIN\tA\t192\\.0\\.2\\.1$' } },
        },
        { module: 'a', comesTo: 'up' },
      ));
    test('an address that does not match', () =>
      dns(
        { query_name: 'a.zone.example', expect: { answers: { every: ['198\\.51\\.100\\.1'] } } },
        { module: 'a_elsewhere', comesTo: 'one of the answers does not match' },
      ));
    test('the serial number of a zone', () =>
      dns({ query_name: 'zone.example', query_type: 'SOA' }, { module: 'soa', comesTo: 'up' }));
    test('a name that there is not', () =>
      dns(
        { query_name: 'absent.zone.example' },
        { module: 'absent', comesTo: 'the server says NXDOMAIN, expected NOERROR' },
      ));
    test('an answer that is too long for udp', () =>
      dns({ query_name: 'long.zone.example', query_type: 'TXT' }, { module: 'long', comesTo: 'up' }));
    test('a long answer over tcp', () =>
      dns(
        {
          query_name: 'long.zone.example',
          query_type: 'TXT',
          transport: 'tcp',
          expect: { answers: { some: 'x{100}29"$' } },
        },
        { module: 'long_tcp', comesTo: 'up' },
      ));
  });

  describe('etcd', needing('etcd'), () => {
    let plain: Etcd;
    let secure: Etcd;
    beforeAll(async () => {
      [plain, secure] = await Promise.all([startEtcd(), startEtcd(certificates)]);
    });
    afterAll(() => Promise.all([plain.stop(), secure.stop()]));

    test('health', () => check({ kind: 'grpc', target: () => plain.address, module: 'grpc', comesTo: 'up' }));
    test('health of a service that it does not know', () =>
      check({
        kind: 'grpc',
        target: () => plain.address,
        options: { service: 'absent' },
        module: 'grpc_absent',
        comesTo: 'the call ended with NOT_FOUND',
      }));
    test('health over TLS', () =>
      check({ kind: 'grpc', target: () => secure.address, options: tls(), module: 'grpc_tls', comesTo: 'up' }));
    test('health over TLS with a certificate that is not believed', () =>
      check({
        kind: 'grpc',
        target: () => secure.address,
        options: { tls: {} },
        module: 'grpc_unbelieved',
        comesTo: 'the certificate is not believed: its authority is not known',
      }));
  });

  describe('the kernel', needing('ping'), () => {
    test('an echo', () => check({ kind: 'icmp', target: () => '127.0.0.1', module: 'icmp', comesTo: 'up' }));
    test('an echo over IPv6', () =>
      check({ kind: 'icmp', target: () => '::1', options: { ip: 'ip6' }, module: 'icmp6', comesTo: 'up' }));
    test.each([
      ['probes', '[{ name: edge, kind: icmp, address: 127.0.0.1 }]'],
      ['modules', "{ echo: { kind: icmp, targets: ['*'] } }"],
    ])('check-config warns where there is no ping, of %s', async (list, yaml) => {
      const folder = await mkdtemp(join(tmpdir(), 'no-ping-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, 'harborlight.yml'), `${list}: ${yaml}\n`);
      const node = [process.execPath, mainPath, 'check-config'];
      // In a mount namespace of its own, what is no program stands where ping was.
      const hide = [
        '--map-root-user',
        '--mount',
        'sh',
        '-c',
        'mount --bind /dev/null /usr/bin/ping && exec "$@"',
        'sh',
      ];
      const withPing = await runCommand(process.execPath, node.slice(1), { cwd: folder });
      const without = await runCommand('unshare', [...hide, ...node], { cwd: folder });
      expect(withPing).toMatchObject({ exitCode: 0, stderr: '' });
      expect(without).toMatchObject({
        exitCode: 0,
        stderr: 'probes of kind icmp will fail: there is no program `ping` on this system\n',
      });
    });
  });
});
