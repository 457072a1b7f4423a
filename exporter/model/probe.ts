import type { Labels } from './labels.ts';

/** What one run of a probe came to. Holds no secret: it goes to metrics, pages and documents. */
export interface ProbeResult {
  /** Unix seconds. */
  readonly startedSeconds: number;
  readonly durationSeconds: number;
  readonly success: boolean;
  /** Why it failed, in one line for people; absent after a success. */
  readonly failure?: string;
  readonly details: ProbeDetails;
  /** What was done, in order: what `&debug=true` and the page of recent results show. */
  readonly steps: readonly ProbeStep[];
}

export interface ProbeStep {
  /** Seconds since the run began. */
  readonly atSeconds: number;
  readonly text: string;
}

/** What a run learnt before it ended: a part that its kind does not have, or did not come to, is absent. */
export interface ProbeDetails {
  readonly lookup?: { readonly seconds: number };
  readonly address?: AddressDetails;
  /** Whether the answer was not as a pattern wanted it: kinds that match patterns say it of each run. */
  readonly failedByPattern?: boolean;
  readonly tls?: TlsDetails;
  readonly http?: HttpDetails;
  readonly tcp?: TcpDetails;
  readonly dns?: DnsDetails;
  readonly grpc?: GrpcDetails;
  readonly icmp?: IcmpDetails;
}

/** The address that was connected to. As blackbox_exporter does, a run that found none says 0. */
export interface AddressDetails {
  readonly family: 0 | 4 | 6;
  /** FNV-1a, 32 bits, of its bytes: shows a change without telling the address, as blackbox_exporter does. */
  readonly hash: number;
}

export interface TlsDetails {
  /** Unix seconds: the first of the certificates that the server sent to expire. */
  readonly earliestExpirySeconds: number;
  /** Unix seconds: when the last of the chains that were verified expires; absent when none was. */
  readonly chainExpirySeconds?: number;
  /** "TLS 1.3" */
  readonly version: string;
  /** As IANA calls it: TLS_AES_128_GCM_SHA256. Only https tells it, as in blackbox_exporter. */
  readonly cipher?: string;
  readonly leaf: CertificateDetails;
}

export interface CertificateDetails {
  /** 64 hex characters, lower case. */
  readonly fingerprintSha256: string;
  readonly subject: string;
  readonly issuer: string;
  /** Its DNS names, comma-joined. */
  readonly subjectAlternative: string;
  /** Hex, lower case. */
  readonly serialNumber: string;
}

/** As blackbox_exporter does, a run without an answer says 0 for what an answer would have told. */
export interface HttpDetails {
  readonly statusCode: number;
  /** 1, 1.1, 2; 0 without an answer. */
  readonly version: number;
  readonly redirects: number;
  readonly usedTls: boolean;
  /** As the header says it, -1 when the answer did not, 0 without an answer. */
  readonly contentLength: number;
  readonly uncompressedBodyBytes: number;
  /** Unix seconds. */
  readonly lastModifiedSeconds?: number;
  /** Summed over all redirects. Only `resolve` when there was no address to ask. */
  readonly phases: Readonly<Record<'resolve', number> & Partial<Record<HttpPhase, number>>>;
}

export const HTTP_PHASES = ['resolve', 'connect', 'tls', 'processing', 'transfer'] as const;
export type HttpPhase = (typeof HTTP_PHASES)[number];

export interface TcpDetails {
  /** Whether what came was not as its bytes were expected. */
  readonly failedByBytes: boolean;
}

export interface DnsDetails {
  readonly querySucceeded: boolean;
  readonly answerRecords: number;
  readonly authorityRecords: number;
  readonly additionalRecords: number;
  /** Of a SOA answer. */
  readonly serial?: number;
  readonly phases: Readonly<Record<DnsPhase, number>>;
}

export const DNS_PHASES = ['resolve', 'connect', 'request'] as const;
export type DnsPhase = (typeof DNS_PHASES)[number];

export interface GrpcDetails {
  /** Of the call: 0 is OK. */
  readonly statusCode: number;
  readonly usedTls: boolean;
  /** Absent when the server did not answer with one. */
  readonly servingStatus?: GrpcServingStatus;
  /** `check` is absent when there was no address to ask. */
  readonly phases: Readonly<Record<'resolve', number> & Partial<Record<GrpcPhase, number>>>;
}

export const GRPC_SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;
export type GrpcServingStatus = (typeof GRPC_SERVING_STATUSES)[number];
export const GRPC_PHASES = ['resolve', 'check'] as const;
export type GrpcPhase = (typeof GRPC_PHASES)[number];

export interface IcmpDetails {
  /** Hops that the reply could still have taken; absent without a reply. */
  readonly replyHopLimit?: number;
  readonly phases: Readonly<Record<IcmpPhase, number>>;
}

export const ICMP_PHASES = ['resolve', 'setup', 'rtt'] as const;
export type IcmpPhase = (typeof ICMP_PHASES)[number];

/** What one run of a probe came to, and the one before. */
export interface ProbeOutcome {
  /** probe, kind, target and, of one that labels ask for, the container's. */
  readonly seriesLabels: Labels;
  readonly result: Pick<ProbeResult, 'startedSeconds' | 'durationSeconds' | 'success' | 'failure'>;
  /** Whether the run before succeeded; absent when there was none. */
  readonly previousSuccess?: boolean | undefined;
}

/** A probe as a scrape sees it. */
export interface ProbeSnapshot {
  /** probe, kind, target and, of one on a container's labels, the container's; empty for one on demand. */
  readonly seriesLabels: Labels;
  /** Unix seconds, of the end of the last run; absent before it, and for probes on demand. */
  readonly lastRunSeconds?: number;
  /** Absent until it can be known, and of a heartbeat, which is not run. */
  readonly result?: ProbeResult;
  /** Whether the last sign of life of a heartbeat is recent enough; absent until it can be known. */
  readonly isAlive?: boolean;
  /** Unix seconds, when the last sign of life of a heartbeat came. */
  readonly lastHeartbeatSeconds?: number;
}
