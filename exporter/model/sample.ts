/**
 * One container's resource counters at one moment, in base units. A part that the engine or the kernel does not
 * tell is absent, never 0.
 */
export interface StatsSample {
  readonly cpu?: CpuSample;
  readonly memory?: MemorySample;
  readonly pids?: PidsSample;
  /** Absent for host and shared networks. */
  readonly networks?: readonly InterfaceSample[];
  readonly blockDevices?: readonly BlockDeviceSample[];
}

export interface CpuSample {
  readonly usageSeconds: number;
  readonly userSeconds?: number;
  readonly systemSeconds?: number;
  readonly throttling?: {
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledSeconds: number;
  };
}

export interface MemorySample {
  /** Includes page cache. */
  readonly usageBytes: number;
  /** usage − inactive_file (v2) or total_inactive_file (v1), ≥ 0. */
  readonly workingSetBytes?: number;
  readonly rssBytes?: number;
  readonly cacheBytes?: number;
  readonly kernelBytes?: number;
  readonly swapBytes?: number;
  readonly peakBytes?: number;
  readonly minorFaults?: number;
  readonly majorFaults?: number;
}

export interface PidsSample {
  readonly current: number;
  /** The effective pids.max (R27); absent when there is none. */
  readonly limit?: number;
}

export interface InterfaceSample {
  readonly interface: string;
  readonly receiveBytes: number;
  readonly receivePackets: number;
  readonly receiveDropped: number;
  readonly transmitBytes: number;
  readonly transmitPackets: number;
  readonly transmitDropped: number;
}

export interface BlockDeviceSample {
  /** major:minor */
  readonly device: string;
  readonly readBytes?: number;
  readonly writtenBytes?: number;
  readonly reads?: number;
  readonly writes?: number;
}

/** Why a running container had no sample in a scrape. */
export const SAMPLE_FAILURES = ['timeout', 'gone', 'malformed', 'refused', 'internal'] as const;
export type SampleFailure = (typeof SAMPLE_FAILURES)[number];
