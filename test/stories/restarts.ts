import { EXPECTED, run, serve, serveAfter, sh, signalFromHost, stop, until } from './actions.ts';
import { EVERYWHERE, ON_DOCKER, type Story } from './story.ts';

const RESTARTS = '{{.RestartCount}} {{.State.Status}}';

/** Containers that start again. */
export const restarts: readonly Story[] = [
  {
    name: 'restart-loop',
    tells: 'a container whose restart policy repairs five crashes, ever more slowly',
    stages: EVERYWHERE,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      const options = ['--restart', 'always', EXPECTED];
      await run(stage, { name: 'story-loop', options, command: serveAfter(5, 'exit 7') });
      await until(stage, 'story-loop', RESTARTS, '5 running');
    },
    expected: {
      before: {},
      after: { 'story-loop': { state: 'running', exits: { error: 5 }, restarts: 5, missing: 0 } },
      hostExits: { error: 5 },
    },
  },
  {
    name: 'repaired-kill',
    tells: 'a container whose main process somebody kills past the engine, and whose restart policy repairs it',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-repaired', '--restart', 'unless-stopped');
    },
    run: async (stage) => {
      await signalFromHost(stage, 'story-repaired', 'SIGKILL');
      await until(stage, 'story-repaired', RESTARTS, '1 running');
    },
    expected: {
      before: { 'story-repaired': { state: 'running' } },
      after: { 'story-repaired': { state: 'running', exits: { signal: 1 }, restarts: 1 } },
      hostExits: { signal: 1 },
    },
  },
  {
    name: 'gives-up',
    tells: 'a container whose restart policy gives up after two restarts',
    stages: EVERYWHERE,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await run(stage, { name: 'story-gives-up', options: ['--restart', 'on-failure:2'], command: sh('exit 7') });
      await until(stage, 'story-gives-up', '{{.RestartCount}} {{.State.Running}}', '2 false');
    },
    expected: {
      before: {},
      after: {
        'story-gives-up': { state: 'exited', exits: { error: 3 }, restarts: 2, lastExitReason: 'error', exitCode: 7 },
      },
      hostExits: { error: 3 },
    },
  },
  {
    name: 'stopped-while-waiting',
    tells: 'a container that somebody stops while its restart policy waits: what it had decided on is no restart',
    // Podman's policy waits for nothing.
    stages: ON_DOCKER,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await run(stage, { name: 'story-waiting', options: ['--restart', 'always'], command: sh('exit 7') });
      // For 3.2 s, twice as long as before the fifth.
      await until(stage, 'story-waiting', RESTARTS, '6 restarting');
      await stop(stage, 'story-waiting');
    },
    expected: {
      before: {},
      after: {
        'story-waiting': { state: 'exited', exits: { error: 6 }, restarts: 5, lastExitReason: 'error', exitCode: 7 },
      },
      hostExits: { error: 6 },
    },
  },
  {
    name: 'manual-restart',
    tells: 'a container that somebody restarts',
    // Podman's events are those of a container that ends and that its policy starts again.
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serve(stage, 'story-restarted', '--restart', 'always', EXPECTED);
    },
    run: async (stage) => {
      await stage.docker('restart', '-t', '5', 'story-restarted');
    },
    expected: {
      before: { 'story-restarted': { state: 'running', missing: 0 } },
      after: { 'story-restarted': { state: 'running', exits: { requested: 1 }, missing: 0 } },
      hostExits: { requested: 1 },
    },
  },
];
