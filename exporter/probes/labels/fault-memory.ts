import type { ContainerIdentity } from '../../model/container.ts';
import type { LabelFault } from './read-labels.ts';

/** What is told of labels that start no probe. */
export interface FaultReports {
  /** Once for each fault of each container. */
  readonly onFault: (fault: LabelFault & { readonly host: string; readonly name: string }) => void;
  /** No container of that name has faults any more. */
  readonly onForget: (container: { readonly host: string; readonly name: string }) => void;
}

/** Remembers which faults of one host's containers were told, as long as these are there. */
export interface FaultMemory {
  readonly tell: (container: ContainerIdentity, faults: readonly LabelFault[]) => void;
  readonly forget: (isThere: (id: string) => boolean) => void;
}

export function createFaultMemory(host: string, { onFault, onForget }: FaultReports): FaultMemory {
  const told = new Map<string, { readonly name: string; readonly faults: Set<string> }>();
  return {
    tell: ({ id, name }, faults) => {
      if (faults.length === 0) return;
      const memory = told.get(id) ?? { name, faults: new Set() };
      told.set(id, memory);
      for (const fault of faults) {
        // One that stops and starts again and again has the same faults each time.
        const key = `${fault.label} ${fault.reason}`;
        if (memory.faults.has(key)) continue;
        memory.faults.add(key);
        onFault({ ...fault, host, name });
      }
    },
    forget: (isThere) => {
      for (const [id, { name }] of told) {
        if (isThere(id)) continue;
        told.delete(id);
        if (![...told.values()].some((other) => other.name === name)) onForget({ host, name });
      }
    },
  };
}
