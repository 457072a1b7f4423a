import { crashForGood, DEAF, EXPECTED, run, serve, stop, untilEnded } from './actions.ts';
import { EVERYWHERE, ON_DOCKER, type Story } from './story.ts';

/** Containers that somebody ends, and signals that look like it. */
export const stops: readonly Story[] = [
  {
    name: 'docker-kill',
    tells: 'a container that somebody kills',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-kill', EXPECTED);
    },
    run: async (stage) => {
      await stage.docker('kill', 'story-kill');
      await untilEnded(stage, 'story-kill');
    },
    expected: {
      before: { 'story-kill': { state: 'running', missing: 0 } },
      after: {
        'story-kill': {
          state: 'exited',
          exits: { requested: 1 },
          lastExitReason: 'requested',
          exitCode: 137,
          missing: 1,
        },
      },
      hostExits: { requested: 1 },
    },
  },
  {
    name: 'polite-stop',
    tells: 'a container that ends when it is asked to',
    // Podman forgets to tell of it more often than not.
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serve(stage, 'story-polite');
    },
    run: async (stage) => {
      await stop(stage, 'story-polite');
    },
    expected: {
      before: { 'story-polite': { state: 'running' } },
      after: {
        'story-polite': { state: 'exited', exits: { requested: 1 }, lastExitReason: 'requested', exitCode: 0 },
      },
      hostExits: { requested: 1 },
    },
  },
  {
    name: 'stop-timeout',
    tells: 'a container that has to be killed because it does not stop',
    // Podman tells of no such stop: its events are those of a container that was killed past it.
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await run(stage, { name: 'story-deaf', command: DEAF });
    },
    run: async (stage) => {
      await stage.docker('stop', '-t', '1', 'story-deaf');
    },
    expected: {
      before: { 'story-deaf': { state: 'running' } },
      after: {
        'story-deaf': { state: 'exited', exits: { requested: 1 }, lastExitReason: 'requested', exitCode: 137 },
      },
      hostExits: { requested: 1 },
    },
  },
  {
    name: 'hang-up-then-crash',
    tells: 'a container that crashes some time after it was told to read its configuration again',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-hup');
    },
    run: async (stage) => {
      await stage.docker('kill', '--signal', 'HUP', 'story-hup');
      await crashForGood(stage, 'story-hup');
    },
    expected: {
      before: { 'story-hup': { state: 'running' } },
      after: { 'story-hup': { state: 'exited', exits: { error: 1 }, lastExitReason: 'error', exitCode: 3 } },
      hostExits: { error: 1 },
    },
  },
];
