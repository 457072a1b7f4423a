import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { CertificateDetails, TlsDetails } from '../../model/probe.ts';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import type { TlsOptions } from './tls-options.ts';

export interface SecureOptions {
  /** Of the target, as it was written: an address is not sent as a server's name. */
  readonly host: string;
  readonly tls: TlsOptions;
  /** In the order of preference: `h2`, `http/1.1`. */
  readonly protocols?: readonly string[];
}

/** Speaks TLS on a connection; tells the attempt what the server showed, also of one that is not believed. */
export async function startTls(
  attempt: Attempt,
  socket: Socket,
  { host, tls, protocols }: SecureOptions,
): Promise<TLSSocket> {
  const secure = connect({ socket, ...handshakeOptions({ host, tls, ...(protocols && { protocols }) }) });
  await untilSecure(secure).catch((cause: unknown) => {
    throw new ProbeFailure(`no TLS: ${describeTlsError(cause)}`, { cause });
  });
  secure.on('error', () => undefined);
  tellTls(attempt, secure);
  // Its type says Error; it is the code of what is wrong.
  const distrust = secure.authorizationError as unknown;
  if (tls.verify && !secure.authorized) {
    secure.destroy();
    throw new ProbeFailure(`the certificate is not believed: ${describeDistrust(distrust)}`);
  }
  return secure;
}

function handshakeOptions({ host, tls, protocols }: SecureOptions): ConnectionOptions {
  const name = tls.server_name ?? host.replace(/^\[(.*)\]$/, '$1');
  return {
    host: name,
    ...(isIP(name) === 0 && { servername: name }),
    // Judged afterwards: what a server shows that is not believed is worth knowing.
    rejectUnauthorized: false,
    ...(tls.ca_file && { ca: tls.ca_file.text }),
    ...(tls.cert_file && { cert: tls.cert_file.text }),
    ...(tls.key_file && { key: tls.key_file.text }),
    ...(protocols && { ALPNProtocols: [...protocols] }),
  };
}

function untilSecure(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new ProbeFailure('connection closed in the TLS handshake')));
  });
}

function tellTls(attempt: Attempt, secure: TLSSocket): void {
  const details = readTls(secure);
  if (details === undefined) return;
  attempt.learn({ tls: secure.authorized ? details : withoutChain(details) });
  attempt.step(`${details.version} with ${details.cipher}, certificate of ${details.leaf.subject || 'nobody'}`);
}

const DISTRUST: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'it has expired'],
  ['CERT_NOT_YET_VALID', 'it is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its authority is not known'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its authority is not known'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its authority is not known'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'it is for another name'],
]);

function describeDistrust(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return DISTRUST.get(code) ?? code.toLowerCase();
}

/** OpenSSL's own codes, without the text around them. */
function describeTlsError(error: unknown): string {
  if (error instanceof ProbeFailure) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === '' ? 'the handshake failed' : code.toLowerCase().replace(/^err_ssl_/, '');
}

/** Undefined when the server showed no certificate. */
function readTls(socket: TLSSocket): TlsDetails | undefined {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return undefined;
  const expiries = chainOf(leaf).map(expirySeconds);
  return {
    earliestExpirySeconds: Math.min(...expiries),
    chainExpirySeconds: Math.min(...expiries),
    version: (socket.getProtocol() ?? 'unknown').replace('TLSv', 'TLS '),
    cipher: socket.getCipher().standardName,
    leaf: describeCertificate(leaf),
  };
}

function withoutChain({ chainExpirySeconds: _untrusted, ...rest }: TlsDetails): TlsDetails {
  return rest;
}

function chainOf(leaf: X509Certificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const isNew = ({ fingerprint256 }: X509Certificate) =>
    chain.every((known) => known.fingerprint256 !== fingerprint256);
  // A self-signed one is its own issuer.
  for (let next: X509Certificate | undefined = leaf; next !== undefined && isNew(next); next = next.issuerCertificate) {
    chain.push(next);
  }
  return chain;
}

function expirySeconds({ validTo }: X509Certificate): number {
  return Date.parse(validTo) / 1000;
}

function describeCertificate(certificate: X509Certificate): CertificateDetails {
  return {
    fingerprintSha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    subjectAlternative: alternativeNames(certificate.subjectAltName),
    serialNumber: certificate.serialNumber.toLowerCase(),
  };
}

/** Node.js has a line for each part, the most general first; RFC 4514 the other way round, with commas. */
function distinguishedName(lines: string | undefined): string {
  return (lines ?? '').split('\n').reverse().join(',');
}

/** `DNS:a.example, IP Address:192.0.2.1` → names, as blackbox_exporter tells them. */
function alternativeNames(text = ''): string {
  return text
    .split(', ')
    .filter((part) => part.startsWith('DNS:'))
    .map((part) => part.slice('DNS:'.length))
    .join(',');
}
