import { crash, create, EXPECTED, serve, stop, untilGone } from './actions.ts';
import { EVERYWHERE, ON_DOCKER, type Story } from './story.ts';

/** Containers that do not run yet, stand still, or go for good. */
export const presence: readonly Story[] = [
  {
    name: 'created-only',
    tells: 'a container that nobody starts',
    stages: EVERYWHERE,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await create(stage, { name: 'story-created', options: [EXPECTED] });
    },
    expected: { before: {}, after: { 'story-created': { state: 'created', missing: 1 } }, hostExits: {} },
  },
  {
    name: 'pause',
    tells: 'a container that is paused, goes on and is paused again',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-paused');
    },
    run: async (stage) => {
      await stage.docker('pause', 'story-paused');
      await stage.docker('unpause', 'story-paused');
      await stage.docker('pause', 'story-paused');
    },
    expected: {
      before: { 'story-paused': { state: 'running' } },
      after: { 'story-paused': { state: 'paused' } },
      hostExits: {},
    },
  },
  {
    name: 'removed-while-running',
    tells: 'a container that somebody removes while it runs',
    // Podman's events are those of a container that is killed past it, and then removed.
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serve(stage, 'story-removed', EXPECTED);
    },
    run: async (stage) => {
      await stage.docker('rm', '--force', 'story-removed');
    },
    expected: {
      before: { 'story-removed': { state: 'running', missing: 0 } },
      after: { 'story-removed': { exits: { requested: 1 }, lastExitReason: 'requested' } },
      hostExits: { requested: 1 },
    },
  },
  {
    name: 'gone-by-itself',
    tells: 'a container of --rm that crashes',
    stages: EVERYWHERE,
    prepare: async (stage) => {
      await serve(stage, 'story-rm-crash', '--rm', EXPECTED);
    },
    run: async (stage) => {
      await crash(stage, 'story-rm-crash');
      await untilGone(stage, 'story-rm-crash');
    },
    expected: {
      before: { 'story-rm-crash': { state: 'running', missing: 0 } },
      after: { 'story-rm-crash': { exits: { error: 1 }, lastExitReason: 'error', missing: 1 } },
      hostExits: { error: 1 },
    },
  },
  {
    name: 'gone-by-a-stop',
    tells: 'a container of --rm that somebody stops',
    // Podman is too late to tell that it stopped it.
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serve(stage, 'story-rm-stop', '--rm', EXPECTED);
    },
    run: async (stage) => {
      await stop(stage, 'story-rm-stop');
      await untilGone(stage, 'story-rm-stop');
    },
    expected: {
      before: { 'story-rm-stop': { state: 'running', missing: 0 } },
      after: { 'story-rm-stop': { exits: { requested: 1 }, lastExitReason: 'requested' } },
      hostExits: { requested: 1 },
    },
  },
];
