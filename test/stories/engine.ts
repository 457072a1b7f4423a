import { EXPECTED, pidOf, serve, until, untilEnded, untilServing } from './actions.ts';
import { EVERYWHERE, ON_DOCKER, type Stage, type Story } from './story.ts';

/** One that stays ended and one that the engine starts with itself. */
const serveBoth = async (stage: Stage, name: string): Promise<void> => {
  await serve(stage, `${name}-plain`, EXPECTED);
  await serve(stage, `${name}-always`, '--restart', 'always', EXPECTED);
};

const untilBack = async (stage: Stage, name: string): Promise<void> => {
  await untilEnded(stage, `${name}-plain`);
  await until(stage, `${name}-always`, '{{.State.Status}}', 'running');
  await untilServing(stage, `${name}-always`);
};

/** Engines that go and come back, with their containers or without. */
export const engines: readonly Story[] = [
  {
    name: 'engine-restart-with-live-restore',
    tells: 'containers that run on while their engine restarts',
    stages: EVERYWHERE,
    dockerdArgs: ['--live-restore'],
    prepare: async (stage) => {
      await serveBoth(stage, 'story-live');
    },
    run: async (stage) => {
      await stage.restart();
    },
    expected: {
      before: {
        'story-live-plain': { state: 'running', missing: 0 },
        'story-live-always': { state: 'running', missing: 0 },
      },
      after: {
        'story-live-plain': { state: 'running', missing: 0 },
        'story-live-always': { state: 'running', missing: 0 },
      },
      hostExits: {},
    },
  },
  {
    name: 'engine-restart',
    tells: 'containers that their engine stops when it restarts',
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serveBoth(stage, 'story-restart');
    },
    run: async (stage) => {
      await stage.restart();
      await untilBack(stage, 'story-restart');
    },
    expected: {
      before: {
        'story-restart-plain': { state: 'running', missing: 0 },
        'story-restart-always': { state: 'running', missing: 0 },
      },
      after: {
        'story-restart-plain': {
          state: 'exited',
          exits: { requested: 1 },
          lastExitReason: 'requested',
          exitCode: 0,
          missing: 1,
        },
        'story-restart-always': { state: 'running', exits: { requested: 1 }, missing: 0 },
      },
      hostExits: { requested: 2 },
    },
  },
  {
    name: 'engine-killed',
    tells: 'containers that go down with their engine',
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serveBoth(stage, 'story-power');
    },
    run: async (stage) => {
      await stage.killWithContainers?.();
      await stage.start();
      await untilBack(stage, 'story-power');
    },
    expected: {
      before: {
        'story-power-plain': { state: 'running', missing: 0 },
        'story-power-always': { state: 'running', missing: 0 },
      },
      after: {
        'story-power-plain': {
          state: 'exited',
          exits: { unknown: 1 },
          lastExitReason: 'unknown',
          exitCode: 255,
          missing: 1,
        },
        'story-power-always': { state: 'running', exits: { unknown: 1 }, missing: 0 },
      },
      hostExits: { unknown: 2 },
    },
  },
  {
    name: 'engine-crash',
    tells: 'containers that run on when their engine is killed, and that it stops when it is back',
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serveBoth(stage, 'story-crash');
    },
    run: async (stage) => {
      await stage.kill();
      await stage.start();
      await untilBack(stage, 'story-crash');
    },
    expected: {
      before: {
        'story-crash-plain': { state: 'running', missing: 0 },
        'story-crash-always': { state: 'running', missing: 0 },
      },
      after: {
        'story-crash-plain': {
          state: 'exited',
          exits: { requested: 1 },
          lastExitReason: 'requested',
          exitCode: 0,
          missing: 1,
        },
        'story-crash-always': { state: 'running', exits: { requested: 1 }, missing: 0 },
      },
      hostExits: { requested: 2 },
    },
  },
  {
    name: 'crash-without-engine',
    tells: 'containers that crash while their engine is away',
    stages: EVERYWHERE,
    dockerdArgs: ['--live-restore'],
    prepare: async (stage) => {
      await serveBoth(stage, 'story-alone');
    },
    run: async (stage) => {
      const pids = [await pidOf(stage, 'story-alone-plain'), await pidOf(stage, 'story-alone-always')];
      await stage.kill();
      for (const pid of pids) process.kill(pid, 'SIGUSR1');
      await stage.start();
      await untilBack(stage, 'story-alone');
    },
    expected: {
      before: {
        'story-alone-plain': { state: 'running', missing: 0 },
        'story-alone-always': { state: 'running', missing: 0 },
      },
      after: {
        'story-alone-plain': {
          state: 'exited',
          exits: { unknown: 1 },
          lastExitReason: 'unknown',
          exitCode: 3,
          missing: 1,
        },
        'story-alone-always': { state: 'running', exits: { unknown: 1 }, missing: 0 },
      },
      hostExits: { unknown: 2 },
    },
    differs: {
      // Its containerd went with it, and with that one the exit code.
      'docker-28': {
        after: {
          'story-alone-plain': {
            state: 'exited',
            exits: { unknown: 1 },
            lastExitReason: 'unknown',
            exitCode: 255,
            missing: 1,
          },
          'story-alone-always': { state: 'running', exits: { unknown: 1 }, missing: 0 },
        },
      },
      // It needs no service to see, to tell of and to repair what happens.
      podman: {
        after: {
          'story-alone-plain': {
            state: 'exited',
            exits: { error: 1 },
            lastExitReason: 'error',
            exitCode: 3,
            missing: 1,
          },
          'story-alone-always': { state: 'running', exits: { error: 1 }, restarts: 1, missing: 0 },
        },
        hostExits: { error: 2 },
      },
    },
  },
];
