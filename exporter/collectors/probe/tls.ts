import type { Family } from '../../metrics/family.ts';
import type { ProbeSnapshot } from '../../model/probe.ts';

/** Of runs that spoke TLS. */
export const tlsProbe: readonly Family<ProbeSnapshot>[] = [
  {
    name: 'probe_ssl_earliest_cert_expiry',
    type: 'gauge',
    help: 'When the first of the certificates that the target showed expires, in Unix seconds.',
    read: (p) => p.result?.details.tls?.earliestExpirySeconds,
  },
  {
    name: 'probe_ssl_last_chain_expiry_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the chain of certificates that was verified expires, in Unix seconds.',
    read: (p) => p.result?.details.tls?.chainExpirySeconds,
  },
  {
    name: 'probe_ssl_last_chain_info',
    type: 'info',
    help: "The target's own certificate.",
    labels: ['fingerprint_sha256', 'subject', 'issuer', 'subjectalternative', 'serialnumber'],
    read: ({ result }) => {
      const leaf = result?.details.tls?.leaf;
      if (leaf === undefined) return undefined;
      const labels = {
        fingerprint_sha256: leaf.fingerprintSha256,
        subject: leaf.subject,
        issuer: leaf.issuer,
        subjectalternative: leaf.subjectAlternative,
        serialnumber: leaf.serialNumber,
      };
      return [[labels, 1]];
    },
  },
  {
    name: 'probe_tls_version_info',
    type: 'info',
    help: 'The version of TLS that was spoken.',
    labels: ['version'],
    read: ({ result }) => result?.details.tls && [[{ version: result.details.tls.version }, 1]],
  },
  {
    name: 'probe_tls_cipher_info',
    type: 'info',
    help: 'The cipher that was agreed on.',
    labels: ['cipher'],
    read: ({ result }) => {
      const cipher = result?.details.tls?.cipher;
      return cipher === undefined ? undefined : [[{ cipher }, 1]];
    },
  },
];
