import type { X509Certificate } from 'node:crypto';
import type { CertificateDetails } from '../../model/probe.ts';
import { type CertificateNames, readCertificateNames } from './distinguished-name.ts';

/** What blackbox_exporter tells of a server's own certificate, in its words. */
export function describeCertificate(certificate: X509Certificate): CertificateDetails {
  return {
    fingerprintSha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    ...readNames(certificate),
    subjectAlternative: dnsNames(certificate.subjectAltName),
    // Whole bytes, as blackbox_exporter 0.28 has it: 0abc, not abc.
    serialNumber: certificate.serialNumber.toLowerCase(),
  };
}

/** All that were sent, the server's own first: Node.js hangs each on the one before it, whether it issued that or not. */
export function chainOf(leaf: X509Certificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next: X509Certificate | undefined = leaf; next !== undefined; next = next.issuerCertificate)
    chain.push(next);
  return chain;
}

function readNames({ raw }: X509Certificate): CertificateNames {
  try {
    return readCertificateNames(raw);
  } catch {
    // OpenSSL took the certificate: a name that we cannot read is no reason to call the target down.
    return { subject: '', issuer: '' };
  }
}

/** `DNS:a.example, IP Address:192.0.2.1`; what holds a comma or a quote is a JSON text. */
function dnsNames(text = ''): string {
  const parts = text.matchAll(/(?:^|, )([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...parts].flatMap(([, type, name = '']) => (type === 'DNS' ? [unquote(name)] : [])).join(',');
}

function unquote(name: string): string {
  return name.startsWith('"') ? String(JSON.parse(name)) : name;
}
