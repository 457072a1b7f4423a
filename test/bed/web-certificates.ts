import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';

export interface WebCertificates {
  readonly directory: string;
  /** PEM of the authority that signed all but the self-signed one. */
  readonly ca: string;
  readonly caFile: string;
  readonly remove: () => Promise<void>;
}

/** What can be right and wrong with a server's certificate: each is `<name>.pem` and `<name>.key` in the folder. */
const CASES = {
  good: { names: 'DNS:localhost,IP:127.0.0.1,IP:::1', days: 2 },
  expired: { names: 'DNS:localhost,IP:127.0.0.1', days: -1 },
  'wrong-name': { names: 'DNS:elsewhere.example', days: 2 },
} as const;

export type WebCertificate = keyof typeof CASES | 'self-signed';

/** Makes an authority and certificates in a folder of their own, with openssl. */
export const makeWebCertificates = async (): Promise<WebCertificates> => {
  const directory = await mkdtemp(join(tmpdir(), 'web-certificates-'));
  const openssl = (...args: readonly string[]) => command('openssl', args, { cwd: directory });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-subj', '/CN=test authority', '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...newKey, '-days', '3', ...authority, '-keyout', 'ca.key', '-out', 'ca.pem');
  const alone = ['-subj', '/CN=self-signed', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    ...alone,
    '-keyout',
    'self-signed.key',
    '-out',
    'self-signed.pem',
  );
  for (const [name, { names, days }] of Object.entries(CASES)) {
    await writeFile(join(directory, `${name}.ext`), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
    await openssl(
      'req',
      '-new',
      ...newKey,
      '-subj',
      `/O=tests/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  }
  const caFile = join(directory, 'ca.pem');
  return {
    directory,
    ca: await readFile(caFile, 'utf8'),
    caFile,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
};
