import { run, serveAfter, sh, until, untilEnded, untilLogged } from './actions.ts';
import { ON_DOCKER, type Story } from './story.ts';

const LITTLE_MEMORY = ['--memory', '16m', '--memory-swap', '16m'];

/** 20.10 misses what happens within the first milliseconds. */
const SLOWLY = 'sleep 0.3';

/** Containers that want more memory than they may have, of which Podman tells nothing. */
export const outOfMemory: readonly Story[] = [
  {
    name: 'oom',
    tells: 'containers that the kernel ends for their memory, one of which its restart policy starts again',
    stages: ON_DOCKER,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await run(stage, { name: 'story-oom', options: LITTLE_MEMORY, command: sh(`${SLOWLY}; exec tail /dev/zero`) });
      await run(stage, {
        name: 'story-oom-repaired',
        options: [...LITTLE_MEMORY, '--restart', 'always'],
        command: serveAfter(1, `{ ${SLOWLY}; exec tail /dev/zero; }`),
      });
      await untilEnded(stage, 'story-oom');
      await until(stage, 'story-oom-repaired', '{{.RestartCount}} {{.State.Status}}', '1 running');
    },
    expected: {
      before: {},
      after: {
        'story-oom': { state: 'exited', exits: { oom: 1 }, oomEvents: 1, lastExitReason: 'oom', exitCode: 137 },
        'story-oom-repaired': { state: 'running', exits: { oom: 1 }, oomEvents: 1, restarts: 1 },
      },
      hostExits: { oom: 2 },
    },
  },
  {
    name: 'oom-of-a-child',
    tells: 'a container that survives the end of a child for its memory',
    stages: ON_DOCKER,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      const command = sh(`${SLOWLY}; tail /dev/zero; echo survived; while :; do sleep 1000; done`);
      await run(stage, { name: 'story-oom-child', options: LITTLE_MEMORY, command });
      await untilLogged(stage, 'story-oom-child', 'survived');
    },
    expected: {
      before: {},
      after: { 'story-oom-child': { state: 'running', oomEvents: 1 } },
      hostExits: {},
    },
  },
];
