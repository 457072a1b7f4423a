import { z } from 'zod';
import type { HostSnapshot } from '../model/world.ts';
import { createEventLedger, type EventLedger, savedLedger } from './event-ledger.ts';
import { createLifecycle, type Lifecycle, type LifecycleOptions, newLifecycleState } from './lifecycle/lifecycle.ts';
import { lifecycleText, prepareLifecycleText } from './lifecycle/lifecycle-text.ts';
import { savedLifecycle } from './lifecycle/saved.ts';
import { snapshotLifecycle } from './lifecycle/snapshot.ts';
import type { ContainerView } from './visible.ts';

/** What is remembered of one engine, and outlives the process: which events were seen, and what is counted of them. */
export interface HostMemory {
  readonly ledger: EventLedger;
  readonly lifecycle: Lifecycle;
  /** Whom it is connected to now: what is remembered of another engine behind the same address is of no use. */
  readonly meet: (engineId: string | undefined) => void;
  /** All is applied that happened before this connection: from the first time on, what is counted can only grow. */
  readonly goCurrent: () => void;
  readonly snapshot: (look: Look) => Pick<HostSnapshot, 'events' | 'lifecycle'>;
  /** Does what `save` would do, as far as it is not of this moment only. */
  readonly prepareSave: () => Generator<undefined, void>;
  /** What the next process reads. */
  readonly save: () => string;
}

export interface Look {
  readonly view: ContainerView;
  readonly isUp: boolean;
  readonly isStreaming: boolean;
  /** Engine's clock minus ours, as far as it is known. */
  readonly clockSkewSeconds: number;
}

export interface HostMemoryOptions {
  /** The configured name. */
  readonly host: string;
  /** What the last process saved; undefined when there was none. */
  readonly saved: string | undefined;
  /** Keys of the labels by which containers are shown and expected: saved beside those that make their names. */
  readonly matchedLabels?: (() => readonly string[]) | undefined;
  /** What was saved cannot be read: it is begun anew. */
  readonly onUnreadable: (error: unknown) => void;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Unix seconds. */
  readonly nowSeconds: () => number;
  /** An end can be settled after so many milliseconds; until then, further calls can be passed over. */
  readonly onDue: (afterMs: number) => void;
  readonly onExit?: LifecycleOptions['onExit'];
  /** There is something new to save. */
  readonly onChange: () => void;
}

const VERSION = 1;
const NONE: readonly string[] = [];
const savedMemory = z.object({
  version: z.literal(VERSION),
  host: z.string(),
  engineId: z.string().exactOptional(),
  ledger: savedLedger,
  lifecycle: savedLifecycle,
});

export function createHostMemory(options: HostMemoryOptions): HostMemory {
  const { host, matchedLabels = () => NONE, nowMs, nowSeconds, onDue, onExit, onChange } = options;
  const saved = readSaved(options);
  const ledger = createEventLedger({ nowSeconds: nowSeconds(), onChange, ...(saved && { saved: saved.ledger }) });
  const state = saved?.lifecycle ?? newLifecycleState(nowSeconds());
  let view: ContainerView | undefined;
  const isExpected: LifecycleOptions['isExpected'] = (container) =>
    view === undefined || view.identify(container)?.isExpected === true;
  const lifecycle = createLifecycle({
    ...{ state, nowMs, nowSeconds, onDue, onChange, isExpected },
    ...(onExit && { onExit }),
  });
  let engineId = saved?.engineId;
  let isCurrent = false;
  return {
    ledger,
    lifecycle,
    meet: (id) => {
      if (engineId !== undefined && id !== engineId) {
        ledger.forgetEngine();
        lifecycle.forgetEngine();
      }
      if (id !== engineId) onChange();
      engineId = id;
      lifecycle.hold();
    },
    goCurrent: () => {
      lifecycle.release();
      isCurrent = true;
    },
    snapshot: ({ isUp, isStreaming, clockSkewSeconds, ...look }) => {
      view = look.view;
      const lastEventSeconds = ledger.newestSeconds();
      return {
        events: {
          up: isStreaming,
          ...(lastEventSeconds !== undefined && { lastEventSeconds }),
          ...(isCurrent && { totals: ledger.totals() }),
        },
        ...(isCurrent && {
          lifecycle: snapshotLifecycle(state, { view, isUp, nowSeconds: nowSeconds(), clockSkewSeconds }),
        }),
      };
    },
    prepareSave: () => prepareLifecycleText(state, matchedLabels()),
    save: () => {
      const memory: Omit<z.input<typeof savedMemory>, 'lifecycle'> = {
        version: VERSION,
        host,
        ...(engineId !== undefined && { engineId }),
        ledger: ledger.save(),
      };
      // In one go: what is counted and up to which event belong together.
      return `{"lifecycle":${lifecycleText(state, matchedLabels())},${JSON.stringify(memory).slice(1)}`;
    },
  };
}

function readSaved({ host, saved, onUnreadable }: HostMemoryOptions): z.output<typeof savedMemory> | undefined {
  if (saved === undefined) return undefined;
  try {
    const memory = savedMemory.parse(JSON.parse(saved));
    if (memory.host === host) return memory;
    throw new Error('of another host');
  } catch (error) {
    onUnreadable(error);
    return undefined;
  }
}
