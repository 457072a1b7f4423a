import { crashForGood, EXPECTED, run, serve, sh, signalFromHost, untilEnded } from './actions.ts';
import { EVERYWHERE, type Story } from './story.ts';

/** Containers that end by themselves, or by somebody who does not ask the engine. */
export const exits: readonly Story[] = [
  {
    name: 'exit-0',
    tells: 'a container that ends with exit code 0',
    stages: EVERYWHERE,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await run(stage, { name: 'story-exit-0', command: ['true'] });
      await untilEnded(stage, 'story-exit-0');
    },
    expected: {
      before: {},
      after: { 'story-exit-0': { state: 'exited', exits: { success: 1 }, lastExitReason: 'success', exitCode: 0 } },
      hostExits: { success: 1 },
    },
  },
  {
    name: 'exit-3',
    tells: 'a container that runs for a while and ends with exit code 3',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-exit-3', EXPECTED);
    },
    run: async (stage) => {
      await crashForGood(stage, 'story-exit-3');
    },
    expected: {
      before: { 'story-exit-3': { state: 'running', missing: 0 } },
      after: {
        'story-exit-3': { state: 'exited', exits: { error: 1 }, lastExitReason: 'error', exitCode: 3, missing: 1 },
      },
      hostExits: { error: 1 },
    },
  },
  {
    name: 'killed-from-the-host',
    tells: 'containers whose main process somebody kills past the engine',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-host-kill-9');
      await run(stage, { name: 'story-host-kill-15', command: sh('trap "exit 143" TERM; sleep 1000 & wait $!') });
    },
    run: async (stage) => {
      await signalFromHost(stage, 'story-host-kill-9', 'SIGKILL');
      await signalFromHost(stage, 'story-host-kill-15', 'SIGTERM');
      await untilEnded(stage, 'story-host-kill-9');
      await untilEnded(stage, 'story-host-kill-15');
    },
    expected: {
      before: { 'story-host-kill-9': { state: 'running' }, 'story-host-kill-15': { state: 'running' } },
      after: {
        'story-host-kill-9': { state: 'exited', exits: { signal: 1 }, lastExitReason: 'signal', exitCode: 137 },
        'story-host-kill-15': { state: 'exited', exits: { signal: 1 }, lastExitReason: 'signal', exitCode: 143 },
      },
      hostExits: { signal: 2 },
    },
  },
  {
    name: 'young-crash',
    tells: 'a container that crashes and is removed before anybody looks',
    stages: EVERYWHERE,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await run(stage, { name: 'story-young', command: sh('exit 1') });
      await untilEnded(stage, 'story-young');
      await stage.docker('rm', 'story-young');
    },
    expected: {
      before: {},
      after: { 'story-young': { exits: { error: 1 }, lastExitReason: 'error' } },
      hostExits: { error: 1 },
    },
  },
];
