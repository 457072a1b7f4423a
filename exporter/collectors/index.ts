import type { Collector } from '../metrics/family.ts';
import { blockIo } from './block-io.ts';
import { cpu } from './cpu.ts';
import { engine } from './engine.ts';
import { events } from './events.ts';
import { exits } from './exits.ts';
import { health } from './health.ts';
import { memory } from './memory.ts';
import { memoryDetail } from './memory-detail.ts';
import { memoryEvents } from './memory-events.ts';
import { missing } from './missing.ts';
import { network } from './network.ts';
import { oom } from './oom.ts';
import { pids } from './pids.ts';
import { pressure } from './pressure.ts';
import { probes } from './probes.ts';
import { restarts } from './restarts.ts';
import { sampleSource } from './sample-source.ts';
import { state } from './state.ts';

/** Every collector, in the order of the exposition. Adding one is its file and one line here. */
export const collectors: readonly Collector[] = [
  engine,
  events,
  state,
  exits,
  restarts,
  oom,
  missing,
  health,
  cpu,
  memory,
  memoryDetail,
  memoryEvents,
  network,
  blockIo,
  pids,
  pressure,
  probes,
  sampleSource,
];
