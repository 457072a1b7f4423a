import { z } from 'zod';
import type { EngineContainer } from '../model/engine-container.ts';
import { ProbeFailure, ProbeUnknown } from './failure.ts';
import { defineKind } from './probe-kind.ts';

export const container = defineKind({
  name: 'container',
  summary:
    'Looks whether a container runs and, where it has a healthcheck, is healthy; of a service, whether at least one does.',
  targetOption: 'container',
  target: () =>
    z.string().regex(/\//).meta({
      title: 'HOST/NAME or HOST/PROJECT/SERVICE',
      description: 'A container, or a service, on one of `hosts`.',
    }),
  options: () => ({}),
  onDemand: false,
  onContainer: { value: 'itself', options: [] },
  // What the engine tells by events is known already: nobody is asked.
  run: (attempt, target) => {
    const found = attempt.findContainers(target);
    if (found === undefined) return Promise.reject(new ProbeUnknown(`nobody can tell of ${target}`));
    const faults = found.map(faultOf);
    const [fault = 'there is no such container'] = faults;
    if (faults.includes(undefined)) return Promise.resolve();
    const all = faults.length > 1 ? `none of ${faults.length} is up: ${faults.join(', ')}` : fault;
    return Promise.reject(new ProbeFailure(all));
  },
});

/** Undefined when it is up. */
function faultOf({ description, facts }: EngineContainer): string | undefined {
  const { state, exitCode, health } = facts;
  if (state !== 'running') return exitCode === undefined ? state : `${state} with code ${exitCode}`;
  if (!description.hasHealthcheck) return undefined;
  switch (health?.status) {
    case 'healthy':
      return undefined;
    case 'unhealthy':
      return `unhealthy after ${health.failingStreak} failed checks`;
    case 'starting':
      return 'starting: no check succeeded yet';
    case undefined:
      return 'its health is not known';
  }
}
