import type { ProbeSnapshot } from '../../exporter/model/probe.ts';

/** Every optional present: what is added to the model must be added to the samples, or the types say so. */
export type Complete<T> = T extends object ? { [K in keyof T]-?: Complete<T[K]> } : T;

/** Of no kind in particular: with the details of all of them. */
const richProbe: Complete<ProbeSnapshot> = {
  seriesLabels: {
    probe: 'shop',
    kind: 'http',
    target: 'https://shop.example/health',
    host: 'edge-1',
    name: 'shop-web-1',
    compose_project: 'shop',
    compose_service: 'web',
  },
  lastRunSeconds: 1_758_000_031.5,
  lastHeartbeatSeconds: 1_758_000_030.25,
  isAlive: true,
  result: {
    startedSeconds: 1_758_000_031,
    durationSeconds: 0.25,
    success: false,
    failure: 'status 503, expected 200-299',
    steps: [{ atSeconds: 0.001, text: 'connected' }],
    details: {
      lookup: { seconds: 0.002 },
      address: { family: 4, hash: 3_668_918_509 },
      failedByPattern: true,
      tls: {
        earliestExpirySeconds: 1_798_436_439,
        chainExpirySeconds: 1_798_436_440,
        version: 'TLS 1.3',
        cipher: 'TLS_AES_128_GCM_SHA256',
        leaf: {
          fingerprintSha256: '7190bba82bb62a981253c16f95d3dd78c119c0590e38edf738eb528293d56de3',
          subject: 'CN=shop.example,O=The "Shop"',
          issuer: 'CN=authority',
          subjectAlternative: 'shop.example,www.shop.example',
          serialNumber: '3f9d9ff2169902e554dfab2074762e7efa9b109f',
        },
      },
      http: {
        statusCode: 503,
        version: 1.1,
        redirects: 1,
        usedTls: true,
        contentLength: 512,
        uncompressedBodyBytes: 2048,
        lastModifiedSeconds: 1_757_000_000,
        phases: { resolve: 0.002, connect: 0.01, tls: 0.02, processing: 0.1, transfer: 0.003 },
      },
      tcp: { failedByBytes: true },
      dns: {
        querySucceeded: true,
        answerRecords: 2,
        authorityRecords: 1,
        additionalRecords: 3,
        serial: 2_025_010_101,
        phases: { resolve: 0.002, connect: 0.001, request: 0.01 },
      },
      grpc: { statusCode: 0, usedTls: true, servingStatus: 'SERVING', phases: { resolve: 0.002, check: 0.01 } },
      icmp: { replyHopLimit: 64, phases: { resolve: 0.002, setup: 0.001, rtt: 0.01 } },
    },
  },
};

/** One that has not run yet. */
const newProbe: ProbeSnapshot = { seriesLabels: { probe: 'mail', kind: 'tcp', target: 'mail.example:25' } };

export const sampleProbes: readonly ProbeSnapshot[] = [richProbe, newProbe];
