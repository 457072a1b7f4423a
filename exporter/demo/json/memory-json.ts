import type { SimulatedContainer } from '../state/container.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { Usage } from '../state/usage.ts';

/** What cgroup v1 shows for "no limit". */
const NO_LIMIT = 9_223_372_036_854_771_712;
const KERNEL_BYTES = 409_600;

/** Without a limit of its own a container has the host's memory. */
export function memoryStatsJson(state: EngineState, container: SimulatedContainer, usage: Usage): object {
  const anon = pages(usage.rates.anonBytes);
  const file = pages(usage.rates.cacheBytes);
  const limit = container.limits.memoryBytes ?? state.host.memoryBytes;
  const faults = Math.floor(usage.cpuSeconds * 900) + 700;
  return state.flavour.cgroupVersion === 2
    ? { usage: anon + file + KERNEL_BYTES, stats: statsV2({ anon, file, faults }), limit }
    : {
        usage: anon + file + KERNEL_BYTES,
        max_usage: Math.min(limit, pages((anon + file) * 1.1) + KERNEL_BYTES),
        stats: statsV1({ anon, file, faults, hierarchicalLimit: container.limits.memoryBytes ?? NO_LIMIT }),
        limit,
      };
}

interface Memory {
  readonly anon: number;
  readonly file: number;
  readonly faults: number;
}

function statsV2({ anon, file, faults }: Memory): object {
  const inactive = pages(file * 0.75);
  return {
    active_anon: anon,
    active_file: file - inactive,
    anon,
    anon_thp: 0,
    file,
    file_dirty: 0,
    file_mapped: pages(file * 0.25),
    file_writeback: 0,
    inactive_anon: 0,
    inactive_file: inactive,
    kernel_stack: 65_536,
    pgactivate: 0,
    pgdeactivate: 0,
    pgfault: faults,
    pglazyfree: 0,
    pglazyfreed: 0,
    pgmajfault: Math.floor(faults / 2000),
    pgrefill: 0,
    pgscan: 0,
    pgsteal: 0,
    shmem: 0,
    slab: 344_064,
    slab_reclaimable: 131_072,
    slab_unreclaimable: 212_992,
    sock: 0,
    thp_collapse_alloc: 0,
    thp_fault_alloc: 0,
    unevictable: 0,
    workingset_activate: 0,
    workingset_nodereclaim: 0,
    workingset_refault: 0,
  };
}

function statsV1({ anon, file, faults, hierarchicalLimit }: Memory & { readonly hierarchicalLimit: number }): object {
  const inactive = pages(file * 0.75);
  const own = {
    active_anon: anon,
    active_file: file - inactive,
    cache: file,
    dirty: 0,
    inactive_anon: 0,
    inactive_file: inactive,
    mapped_file: pages(file * 0.25),
    pgfault: faults,
    pgmajfault: Math.floor(faults / 2000),
    pgpgin: faults,
    pgpgout: Math.floor(faults * 0.9),
    rss: anon,
    rss_huge: 0,
    unevictable: 0,
    writeback: 0,
  };
  return {
    ...own,
    hierarchical_memory_limit: hierarchicalLimit,
    hierarchical_memsw_limit: hierarchicalLimit === NO_LIMIT ? NO_LIMIT : hierarchicalLimit * 2,
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`total_${name}`, value])),
  };
}

function pages(bytes: number): number {
  return Math.floor(bytes / 4096) * 4096;
}
