import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { script } from './command.ts';

export interface TrustedCertificates {
  /** As `certificates` made it. */
  readonly directory: string;
  /** Options of a probe that believes the server. */
  readonly trust: { readonly tls: { readonly verify: boolean; readonly ca_file: { readonly text: string } } };
  readonly remove: () => Promise<void>;
}

/** An authority and what it signed, in a folder of their own. */
export const makeCertificates = async (): Promise<TrustedCertificates> => {
  const directory = await mkdtemp(join(tmpdir(), 'certificates-test-'));
  await script('certificates', directory);
  const text = await readFile(join(directory, 'ca.pem'), 'utf8');
  return {
    directory,
    trust: { tls: { verify: true, ca_file: { text } } },
    remove: () => rm(directory, { recursive: true }),
  };
};

/** Options of a probe that believes no server of the tests, and what it says then. */
export const doubt = { tls: { verify: true } };
export const disbelieved = 'the certificate is not believed: its authority is not known';
