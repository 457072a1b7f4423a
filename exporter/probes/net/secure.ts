import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { domainToASCII } from 'node:url';
import type { TlsDetails } from '../../model/probe.ts';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import { chainOf, describeCertificate } from './certificate.ts';
import { secureContextOf } from './secure-context.ts';
import type { TlsOptions } from './tls-options.ts';
import { chainExpirySeconds, earliestExpirySeconds, readAuthorities } from './verified-chain.ts';

export interface SecureOptions {
  /** Of the target, as it was written: an address is not sent as a server's name. */
  readonly host: string;
  readonly tls: TlsOptions;
  /** In the order of preference: `h2`, `http/1.1`. */
  readonly protocols?: readonly string[];
  /** What blackbox_exporter does not tell of this kind. */
  readonly leaveOut?: readonly ('cipher' | 'chainExpirySeconds')[];
}

/**
 * Speaks TLS on a connection. Tells the attempt what the server showed, if it is believed or need not be; of one that is not,
 * blackbox_exporter tells nothing either, so only the steps do.
 */
export async function startTls(attempt: Attempt, socket: Socket, options: SecureOptions): Promise<TLSSocket> {
  const { tls, leaveOut = [] } = options;
  const secure = connect({ socket, ...handshakeOptions(options) });
  await untilSecure(secure).catch((cause: unknown) => {
    throw new ProbeFailure(`no TLS: ${describeTlsError(cause)}`, { cause });
  });
  secure.on('error', () => undefined);
  const details = readTls(secure, tls);
  if (details !== undefined) {
    attempt.step(`${details.version} with ${details.cipher}, certificate of ${details.leaf.subject || 'nobody'}`);
  }
  requireTrust(secure, tls);
  if (details !== undefined) attempt.learn({ tls: without(details, leaveOut) });
  return secure;
}

/** Ends a connection to a server whose certificate is not believed, where it has to be; throws a ProbeFailure. */
export function requireTrust(secure: TLSSocket, { verify }: TlsOptions): void {
  if (!verify || secure.authorized) return;
  // Its type says Error; it is the code of what is wrong.
  const distrust = secure.authorizationError as unknown;
  secure.destroy();
  throw new ProbeFailure(`the certificate is not believed: ${describeDistrust(distrust)}`);
}

function without(details: TlsDetails, names: readonly string[]): TlsDetails {
  const { cipher, chainExpirySeconds: chain, ...rest } = details;
  return {
    ...rest,
    ...(cipher !== undefined && !names.includes('cipher') && { cipher }),
    ...(chain !== undefined && !names.includes('chainExpirySeconds') && { chainExpirySeconds: chain }),
  };
}

function handshakeOptions({ host, tls, protocols }: SecureOptions): ConnectionOptions {
  const name = tls.server_name ?? host.replace(/^\[(.*)\]$/, '$1');
  return {
    host: name,
    ...(isIP(name) === 0 && { servername: serverName(name) }),
    // Judged afterwards: what a server shows that is not believed is worth knowing.
    rejectUnauthorized: false,
    checkServerIdentity: checkName,
    secureContext: secureContextOf(tls),
    ...(protocols && { ALPNProtocols: [...protocols] }),
  };
}

/** As it goes over the wire (RFC 6066): ASCII, without a dot at its end. */
function serverName(name: string): string {
  return (domainToASCII(name) || name).replace(/\.$/, '');
}

/** Like browsers and Go, and unlike Node.js, does not take a common name for a server's name. */
function checkName(name: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname !== undefined) return checkServerIdentity(name, certificate);
  return Object.assign(new Error('a certificate without names'), { code: 'NO_SUBJECT_ALT_NAME' });
}

function untilSecure(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    const closed = () => reject(new ProbeFailure('connection closed in the TLS handshake'));
    socket.once('close', closed);
    // An error is dear to make, and nobody waits for one any more.
    socket.once('secureConnect', () => socket.off('close', closed));
  });
}

const DISTRUST: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'it has expired'],
  ['CERT_NOT_YET_VALID', 'it is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its authority is not known'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its authority is not known'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'its authority is not known'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its authority is not known'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'it is for another name'],
  ['NO_SUBJECT_ALT_NAME', 'it is for no name: what its subject says does not count'],
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
function readTls(socket: TLSSocket, { ca_file }: TlsOptions): TlsDetails | undefined {
  // Not to be asked twice: Node.js takes the chain out of the session, and answers nothing from then on.
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return undefined;
  const sent = chainOf(leaf);
  const question = { sent, authorities: readAuthorities(ca_file), nowSeconds: Date.now() / 1000 };
  const chainExpiry = socket.authorized ? chainExpirySeconds(question) : undefined;
  return {
    earliestExpirySeconds: earliestExpirySeconds(sent),
    ...(chainExpiry !== undefined && { chainExpirySeconds: chainExpiry }),
    version: (socket.getProtocol() ?? 'unknown').replace('TLSv', 'TLS '),
    cipher: socket.getCipher().standardName,
    leaf: describeCertificate(leaf),
  };
}
