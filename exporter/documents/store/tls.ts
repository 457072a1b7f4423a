import { connect as connectTls, type DetailedPeerCertificate } from 'node:tls';
import { buildConnector } from 'undici';
import { RequestError } from './request-error.ts';

export interface StoreTls {
  /** PEM. */
  readonly ca?: string;
  /** SHA-256 of a certificate of the store or of its authority, in hexadecimal, with or without colons. */
  readonly fingerprint?: string;
}

/** What connects to a node. Certificates are always verified. */
export function createConnector(url: URL, { ca, fingerprint }: StoreTls, timeoutMs: number): buildConnector.connector {
  const options = { timeout: timeoutMs, ...(ca !== undefined && { ca }) };
  if (fingerprint === undefined || url.protocol !== 'https:') return buildConnector(options);
  return (target, callback) => {
    findPinned(url, fingerprint, timeoutMs).then(
      // A certificate in the middle of a chain may be the one that is believed.
      (pinned) => buildConnector({ ...options, ca: pinned, allowPartialTrustChain: true })(target, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error('look at a certificate'), null),
    );
  };
}

/**
 * The certificate with this fingerprint, from a connection on which nothing is sent: it becomes the only authority of those that are
 * used. To compare fingerprints alone would not do: anybody can show the real authority's certificate beside one of his own, and
 * a chain is linked by names until somebody verifies its signatures.
 */
function findPinned(url: URL, fingerprint: string, timeoutMs: number): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once('error', reject);
    socket.once('timeout', () =>
      socket.destroy(Object.assign(new Error('look at a certificate'), { code: 'UND_ERR_CONNECT_TIMEOUT' })),
    );
    socket.once('secureConnect', () => {
      const pinned = inChain(socket.getPeerCertificate(true), plain(fingerprint));
      socket.destroy();
      if (pinned !== undefined) resolve(pinned);
      else
        reject(
          new RequestError('denied', `${url.origin}: its certificate has another fingerprint`, { isOfNode: true }),
        );
    });
  });
}

function inChain(leaf: DetailedPeerCertificate, fingerprint: string): string | undefined {
  const seen = new Set<string>();
  // The last one is its own issuer; of a chain that is not whole the issuer is missing, whatever the types say.
  for (let at: DetailedPeerCertificate | undefined = leaf; isNew(at, seen); at = at.issuerCertificate) {
    if (plain(at.fingerprint256) === fingerprint) return toPem(at.raw);
    seen.add(at.fingerprint256);
  }
  return undefined;
}

function isNew(at: DetailedPeerCertificate | undefined, seen: ReadonlySet<string>): at is DetailedPeerCertificate {
  return at !== undefined && !seen.has(at.fingerprint256);
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
}
