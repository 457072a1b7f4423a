import { bind, type Collector } from '../metrics/family.ts';
import { oneLabel } from '../metrics/one-label.ts';
import { hostScope, lifecycleScope } from '../metrics/scopes.ts';
import { EXIT_REASONS, type ExitCounts } from '../model/lifecycle.ts';

const withReason = oneLabel('reason');
const NONE = EXIT_REASONS.map((reason) => [withReason(reason), 0] as const);

/** Ends of containers, and why they ended. */
export const exits: Collector = {
  name: 'exits',
  families: [
    ...bind(hostScope, [
      {
        name: 'docker_exits_total',
        type: 'counter',
        help: 'Ends of all containers, also of those that filters leave out or that came and went between two scrapes.',
        labels: ['reason'],
        read: (h) => perReason(h.lifecycle?.exits),
        createdSeconds: (h) => h.lifecycle?.sinceSeconds,
      },
    ]),
    ...bind(lifecycleScope, [
      {
        name: 'docker_container_exits_total',
        type: 'counter',
        help: 'Ends of the containers of this name; requested are those that somebody stopped or killed through the engine.',
        labels: ['reason'],
        read: (c) => perReason(c.exits),
        createdSeconds: (c) => c.sinceSeconds,
      },
      {
        name: 'docker_container_last_exit_reason',
        type: 'gauge',
        help: 'Why the container is ended now: 1 for the reason; absent while it is not ended, and until the reason is settled.',
        labels: ['reason'],
        read: ({ lastExit }) =>
          lastExit && EXIT_REASONS.map((reason) => [withReason(reason), Number(lastExit === reason)] as const),
      },
    ]),
  ],
};

function perReason(counts: ExitCounts | undefined) {
  // Most containers never ended.
  if (counts && EXIT_REASONS.every((reason) => counts[reason] === 0)) return NONE;
  return counts && EXIT_REASONS.map((reason) => [withReason(reason), counts[reason]] as const);
}
