import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ProbeResult } from '../../exporter/model/probe.ts';
import { type Blackbox, startBlackbox } from '../bed/blackbox.ts';
import { script } from '../bed/command.ts';
import { outcomeOf, runConfigured } from '../bed/configured-probe.ts';
import { needing } from '../bed/need.ts';
import { startTlsServer } from '../bed/tls-server.ts';
import { compareWithBlackbox, NO_DIFFERENCES } from './blackbox-parity.ts';

interface Case {
  readonly certificate: string;
  readonly chain?: string;
  readonly flags?: readonly string[];
  /** Whom to believe. */
  readonly ca?: string;
  readonly verify?: boolean;
  readonly serverName?: string;
  readonly host?: string;
  readonly comesTo: string;
}

describe('what is told of TLS beside blackbox_exporter', needing('blackbox', 'tls'), () => {
  let folder: string;
  let blackbox: Blackbox;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'probes-tls-'));
    await script('tls-certificates', folder);
    blackbox = await startBlackbox({ modules: modules(folder) });
  });
  afterAll(async () => {
    await blackbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const check = async (one: Case): Promise<{ readonly result: ProbeResult; readonly text: string }> => {
    const { certificate, chain, flags = [], ca = 'a', verify = true, serverName, host = '127.0.0.1', comesTo } = one;
    const server = await startTlsServer({
      folder,
      certificate,
      ...(chain !== undefined && { chain: `${chain}.pem` }),
      flags,
    });
    onTestFinished(server.stop);
    const address = `${host}:${server.port}`;
    const tls = {
      verify,
      ca_file: join(folder, `${ca}.pem`),
      ...(serverName !== undefined && { server_name: serverName }),
    };
    const result = await runConfigured({ probe: { kind: 'tcp', address, tls } });
    const text = await blackbox.probe(address, verify ? `${ca}_${serverName ?? 'own'}` : 'anybody');
    expect(outcomeOf(result)).toBe(comesTo);
    expect(compareWithBlackbox(result, text)).toEqual(verify ? NO_DIFFERENCES : NOTHING_VERIFIED);
    return { result, text };
  };

  test('a certificate that an authority signed, by address', async () => {
    const { text } = await check({ certificate: 'good', comesTo: 'up' });
    // Of the comparison itself: it is with something.
    expect(text).toContain(
      'serialnumber="0abc",subject="CN=good",subjectalternative="shop.example,*.shop.example,localhost"',
    );
  });
  test('by name', () => check({ certificate: 'good', host: 'localhost', comesTo: 'up' }));
  test('by another name than the target has', () =>
    check({ certificate: 'good', serverName: 'www.shop.example', comesTo: 'up' }));
  test('TLS 1.2', () => check({ certificate: 'good', flags: ['-tls1_2'], comesTo: 'up' }));
  test('no name but an address', () => check({ certificate: 'address-only', comesTo: 'up' }));
  test('names with all that Go tells in a way of its own', async () => {
    const { result } = await check({ certificate: 'odd', comesTo: 'up' });
    expect(result.details.tls?.leaf.subject).toContain('OU=\\#first+OU=\\ last\\ ');
  });
  test('an intermediate that was sent', () => check({ certificate: 'chained', chain: 'between-a', comesTo: 'up' }));
  test('two chains, of which the better one counts', async () => {
    const { result } = await check({ certificate: 'chained', chain: 'between', ca: 'authorities', comesTo: 'up' });
    const { earliestExpirySeconds = 0, chainExpirySeconds = 0 } = result.details.tls ?? {};
    expect(Math.round((chainExpirySeconds - earliestExpirySeconds) / 86_400)).toBe(90 - 40);
  });
  test('an intermediate that was not sent', () =>
    check({ certificate: 'chained', comesTo: distrust('its authority is not known') }));
  test('an intermediate that is believed itself', () =>
    check({ certificate: 'chained', ca: 'between-a', comesTo: 'up' }));
  test('a self-signed one', () => check({ certificate: 'self-signed', comesTo: distrust('it is self-signed') }));
  test('a self-signed one that is believed itself', () =>
    check({ certificate: 'self-signed', ca: 'self-signed', comesTo: 'up' }));
  test('an expired one', () => check({ certificate: 'expired', comesTo: distrust('it has expired') }));
  test('one for another name', () => check({ certificate: 'other-name', comesTo: distrust('it is for another name') }));
  test('one without names', () =>
    check({
      certificate: 'nameless',
      host: 'localhost',
      comesTo: distrust('it is for no name: what its subject says does not count'),
    }));
  test('one that need not be believed', () => check({ certificate: 'self-signed', verify: false, comesTo: 'up' }));
});

/** Where nothing was verified blackbox_exporter says that the chain expires in the year 1: we say nothing of it. */
const NOTHING_VERIFIED = { ...NO_DIFFERENCES, missing: ['probe_ssl_last_chain_expiry_timestamp_seconds{}'] };

const distrust = (why: string): string => `the certificate is not believed: ${why}`;

const modules = (folder: string) => {
  const path = (name: string) => join(folder, name);
  const tcp = (tls_config: object) => ({
    prober: 'tcp',
    timeout: '3s',
    tcp: { preferred_ip_protocol: 'ip4', tls: true, tls_config },
  });
  const authorities = ['a', 'authorities', 'between-a', 'self-signed'];
  return {
    ...Object.fromEntries(authorities.map((name) => [`${name}_own`, tcp({ ca_file: path(`${name}.pem`) })])),
    'a_www.shop.example': tcp({ ca_file: path('a.pem'), server_name: 'www.shop.example' }),
    anybody: tcp({ insecure_skip_verify: true }),
  };
};
