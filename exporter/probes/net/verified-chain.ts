import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import type { FileText } from '../../config/fields.ts';

export interface ChainQuestion {
  /** As the server sent them, its own first. */
  readonly sent: readonly X509Certificate[];
  readonly authorities: readonly X509Certificate[];
  /** Unix seconds. */
  readonly nowSeconds: number;
}

/** A server can send certificates that all seem to have issued each other. */
const MAX_CHECKS = 100;

/**
 * Unix seconds: how long the server's certificate will be believed without a change, which is as long as its best chain to an
 * authority holds. Undefined when there is no chain. OpenSSL tells of none that it verified, so they are looked for again.
 */
export function chainExpirySeconds({ sent, authorities, nowSeconds }: ChainQuestion): number | undefined {
  const [leaf] = sent;
  let checks = 0;
  const isIssued = (certificate: X509Certificate, by: X509Certificate) =>
    certificate.checkIssued(by) && ++checks <= MAX_CHECKS && certificate.verify(by.publicKey);
  const expiriesOf = (chain: readonly X509Certificate[]): readonly number[] => {
    const last = chain.at(-1);
    if (last === undefined || !isValid(last, nowSeconds)) return [];
    const isNew = ({ fingerprint256 }: X509Certificate) => chain.every((one) => one.fingerprint256 !== fingerprint256);
    const anchors = authorities.filter((one) => isNew(one) && isValid(one, nowSeconds) && isIssued(last, one));
    const ends = authorities.some((one) => one.fingerprint256 === last.fingerprint256) ? [chain] : [];
    const links = sent.filter((one) => one.ca && isNew(one) && isIssued(last, one));
    return [
      ...[...ends, ...anchors.map((anchor) => [...chain, anchor])].map(earliestExpirySeconds),
      ...links.flatMap((link) => expiriesOf([...chain, link])),
    ];
  };
  const expiries = leaf === undefined ? [] : expiriesOf([leaf]);
  return expiries.length === 0 ? undefined : Math.max(...expiries);
}

/** Unix seconds: of the first of them to expire. */
export function earliestExpirySeconds(certificates: readonly X509Certificate[]): number {
  return Math.min(...certificates.map(({ validTo }) => Date.parse(validTo) / 1000));
}

function isValid({ validFrom, validTo }: X509Certificate, nowSeconds: number): boolean {
  return Date.parse(validFrom) / 1000 <= nowSeconds && nowSeconds <= Date.parse(validTo) / 1000;
}

/** Those of the file, or those that this process believes. */
export function readAuthorities(file: FileText | undefined): readonly X509Certificate[] {
  const source = file ?? SYSTEM;
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const authorities = (file === undefined ? systemAuthorities() : splitPem(file.text)).flatMap(parse);
  parsed.set(source, authorities);
  return authorities;
}

const SYSTEM = {};
// Only a memory of what parsing gave, which took 36 ms for 144 known ones, other work beside: an entry goes with its file's text.
const parsed = new WeakMap<object, readonly X509Certificate[]>();

/** Node.js has the whole list, with those that its own options added, only since 22.15. */
function systemAuthorities(): readonly string[] {
  const ask: unknown = 'getCACertificates' in tls ? tls.getCACertificates : undefined;
  // What it is where it is there.
  return typeof ask === 'function' ? (ask as () => string[])() : tls.rootCertificates;
}

function splitPem(text: string): readonly string[] {
  return text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [^-]+-----/g) ?? [];
}

/** One that OpenSSL cannot read believes nobody. */
function parse(pem: string): readonly X509Certificate[] {
  try {
    return [new X509Certificate(pem)];
  } catch {
    return [];
  }
}
