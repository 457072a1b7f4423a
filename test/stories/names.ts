import { crashForGood, EXPECTED, serve, untilServing } from './actions.ts';
import { EVERYWHERE, type Stage, type Story } from './story.ts';

const crashAndStart = async (stage: Stage, name: string): Promise<void> => {
  await crashForGood(stage, name);
  await stage.docker('start', name);
  await untilServing(stage, name);
};

/** Containers that change their names, and names that change their containers: what is counted stays with the name. */
export const names: readonly Story[] = [
  {
    name: 'rename',
    tells: 'a container that crashes under one name, and then under another',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-rename-old');
    },
    run: async (stage) => {
      await crashAndStart(stage, 'story-rename-old');
      await stage.docker('rename', 'story-rename-old', 'story-rename-new');
      await crashForGood(stage, 'story-rename-new');
    },
    expected: {
      before: { 'story-rename-old': { state: 'running' } },
      after: {
        'story-rename-old': { exits: { error: 1 } },
        'story-rename-new': { state: 'exited', exits: { error: 1 }, lastExitReason: 'error', exitCode: 3 },
      },
      hostExits: { error: 2 },
    },
  },
  {
    name: 'name-swap',
    tells: 'two containers that swap their names, of which one crashed before and crashes again',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-swap-a');
      await serve(stage, 'story-swap-b');
    },
    run: async (stage) => {
      await crashAndStart(stage, 'story-swap-a');
      await stage.docker('rename', 'story-swap-a', 'story-swap-c');
      await stage.docker('rename', 'story-swap-b', 'story-swap-a');
      await stage.docker('rename', 'story-swap-c', 'story-swap-b');
      await crashForGood(stage, 'story-swap-b');
    },
    expected: {
      before: { 'story-swap-a': { state: 'running' }, 'story-swap-b': { state: 'running' } },
      after: {
        'story-swap-a': { state: 'running', exits: { error: 1 } },
        'story-swap-b': { state: 'exited', exits: { error: 1 }, lastExitReason: 'error', exitCode: 3 },
      },
      hostExits: { error: 2 },
    },
  },
  {
    name: 'recreated',
    tells: 'a container that crashes and is replaced by one of the same name, which is killed',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-recreated', EXPECTED);
    },
    run: async (stage) => {
      await crashForGood(stage, 'story-recreated');
      await stage.docker('rm', 'story-recreated');
      await serve(stage, 'story-recreated', EXPECTED);
      await stage.docker('kill', 'story-recreated');
    },
    expected: {
      before: { 'story-recreated': { state: 'running', missing: 0 } },
      after: {
        'story-recreated': {
          state: 'exited',
          exits: { error: 1, requested: 1 },
          lastExitReason: 'requested',
          exitCode: 137,
          missing: 1,
        },
      },
      hostExits: { error: 1, requested: 1 },
    },
  },
];
