/** What an exporter on the kernel's files may cost. */
export interface Aims {
  readonly p50Ms: number;
  readonly ourCpuMs?: number;
  /** dockerd and containerd. */
  readonly engineCpuMs?: number;
  readonly minuteCpuSeconds: number;
  readonly residentMiB?: number;
}

/** By the number of containers. */
export const AIMS: ReadonlyMap<number, Aims> = new Map([
  [100, { p50Ms: 40, ourCpuMs: 30, engineCpuMs: 1, minuteCpuSeconds: 0.25, residentMiB: 110 }],
  [300, { p50Ms: 120, minuteCpuSeconds: 0.75 }],
]);
