import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createElasticsearchSink } from '../../../../../exporter/documents/sinks/elasticsearch/elasticsearch.ts';
import { SinkError } from '../../../../../exporter/documents/sinks/sink.ts';
import type { StoreTls } from '../../../../../exporter/documents/store/tls.ts';
import { needing } from '../../../../bed/need.ts';
import { makeCertificates } from '../../../../bed/trusted-certificates.ts';
import { produce } from '../../../../documents/produce.ts';
import { startSimulatedStore } from '../../../../store/index.ts';

/** The certificates of an authority and of what it signed, and their fingerprints. */
interface Chain {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly ofAuthority: string;
  readonly ofServer: string;
}

const makeChain = async (): Promise<Chain> => {
  const { directory, remove } = await makeCertificates();
  const read = (name: string) => readFile(join(directory, name), 'utf8');
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('server-cert.pem'), read('server-key.pem')]);
  await remove();
  const fingerprintOf = (pem: string) => new X509Certificate(pem).fingerprint256;
  return { ca, cert, key, ofAuthority: fingerprintOf(ca), ofServer: fingerprintOf(cert) };
};

/** What comes of a write to a store that shows this. */
const writeTo = async ({ cert, key }: Pick<Chain, 'cert' | 'key'>, tls: StoreTls, host = '127.0.0.1') => {
  const store = await startSimulatedStore({ certificate: { cert, key } });
  onTestFinished(store.stop);
  const sink = createElasticsearchSink({
    name: 'store',
    urls: [store.url.replace('127.0.0.1', host)],
    tls,
    gzip: false,
    timeoutMs: 5_000,
    memory: { inDoubtUpTo: 0, note: () => undefined, setNote: () => undefined },
    nowMs: Date.now,
  });
  onTestFinished(sink.close);
  const batch = produce(1, { series: 'a' }).map((document) => ({ ...document, position: 1, storedAtMs: 0 }));
  try {
    const outcomes = await sink.write(batch, new AbortController().signal);
    return outcomes.length;
  } catch (error) {
    if (!(error instanceof SinkError)) throw error;
    expect(store.requests()).toHaveLength(0);
    return `${error.failure}: ${error.message.replace(/^\S+ /, '')}`;
  }
};

describe('a certificate', needing('tls'), () => {
  let own: Chain;
  let other: Chain;
  beforeAll(async () => {
    [own, other] = await Promise.all([makeChain(), makeChain()]);
  });

  test('is believed when the authority that is configured has signed it', async () => {
    expect(await writeTo(own, { ca: own.ca })).toBe(1);
  });

  test('is not believed when another one has, or nobody is configured', async () => {
    expect(await writeTo(other, { ca: own.ca })).toBe('denied: the authority of its certificate is not known');
    expect(await writeTo(own, {})).toBe('denied: the authority of its certificate is not known');
  });

  test('for another name is not believed', async () => {
    expect(await writeTo(own, { ca: own.ca }, '[::ffff:127.0.0.1]')).toBe(
      'denied: its certificate is for another name',
    );
  });

  test('with the fingerprint that is configured is believed, however that is written', async () => {
    expect(await writeTo(own, { fingerprint: own.ofServer })).toBe(1);
    expect(await writeTo(own, { fingerprint: own.ofServer.replaceAll(':', '').toLowerCase() })).toBe(1);
  });

  test('is believed when its authority has that fingerprint and is shown with it', async () => {
    expect(await writeTo({ cert: own.cert + own.ca, key: own.key }, { fingerprint: own.ofAuthority })).toBe(1);
  });

  test('with another fingerprint is not believed', async () => {
    expect(await writeTo(other, { fingerprint: own.ofServer })).toBe('denied: its certificate has another fingerprint');
  });

  test('is not believed for the authority that is shown beside it and has not signed it', async () => {
    const forged = await forge();
    const shown = { cert: forged.cert + own.ca, key: forged.key };
    expect(await writeTo(shown, { fingerprint: own.ofAuthority })).toMatch(/^denied: /);
  });
});

/** A certificate that names the tests' authority as the one that signed it, and was signed by another one of that name. */
const forge = async (): Promise<Pick<Chain, 'cert' | 'key'>> => {
  const directory = await mkdtemp(join(tmpdir(), 'forged-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const make = (name: string, ...options: readonly string[]) =>
    promisify(execFile)(
      '/usr/bin/openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
        .concat(['-keyout', `${name}.key`, '-out', `${name}.pem`])
        .concat(options),
      { cwd: directory },
    );
  await make('ca', '-subj', '/CN=test authority', '-addext', 'keyUsage=critical,keyCertSign');
  // Without the identifier of its authority's key only the name links them.
  const extensions = [
    'subjectAltName=IP:127.0.0.1',
    'authorityKeyIdentifier=none',
    'basicConstraints=critical,CA:FALSE',
  ];
  await make(
    'server',
    '-subj',
    '/CN=test server',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    ...extensions.flatMap((one) => ['-addext', one]),
  );
  const [cert, key] = await Promise.all(
    ['server.pem', 'server.key'].map((name) => readFile(join(directory, name), 'utf8')),
  );
  return { cert: cert ?? '', key: key ?? '' };
};
