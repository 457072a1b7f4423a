import { run, serve, stop, until } from './actions.ts';
import { ON_DOCKER, type Stage, type Story } from './story.ts';

const HEALTH = '{{.State.Health.Status}}';

/** A container of `serve` that is healthy unless it has a file /sick. */
const serveHealthy = async (stage: Stage, name: string): Promise<void> => {
  const check = ['--health-cmd', 'test ! -e /sick', '--health-interval', '400ms', '--health-retries', '1'];
  await serve(stage, name, ...check);
  await until(stage, name, HEALTH, 'healthy');
};

/** Containers with a healthcheck, or without. Podman's wants systemd. */
export const health: readonly Story[] = [
  {
    name: 'good-bad-good',
    tells: 'a container that falls ill and recovers',
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serveHealthy(stage, 'story-healthy');
    },
    run: async (stage) => {
      await stage.docker('exec', 'story-healthy', 'touch', '/sick');
      await until(stage, 'story-healthy', HEALTH, 'unhealthy');
      await stage.docker('exec', 'story-healthy', 'rm', '/sick');
      await until(stage, 'story-healthy', HEALTH, 'healthy');
    },
    expected: {
      before: { 'story-healthy': { state: 'running', health: 'healthy' } },
      after: { 'story-healthy': { state: 'running', health: 'healthy' } },
      hostExits: {},
    },
  },
  {
    name: 'stopped-while-healthy',
    tells: 'a healthy container that is stopped, which its engine then calls unhealthy',
    stages: ON_DOCKER,
    prepare: async (stage) => {
      await serveHealthy(stage, 'story-healthy-stop');
    },
    run: async (stage) => {
      await stop(stage, 'story-healthy-stop');
    },
    expected: {
      before: { 'story-healthy-stop': { state: 'running', health: 'healthy' } },
      after: {
        'story-healthy-stop': { state: 'exited', exits: { requested: 1 }, lastExitReason: 'requested', exitCode: 0 },
      },
      hostExits: { requested: 1 },
    },
  },
  {
    name: 'no-healthcheck',
    tells: 'containers without a healthcheck: one has none, one does without that of its image',
    stages: ON_DOCKER,
    prepare: () => Promise.resolve(),
    run: async (stage) => {
      await serve(stage, 'story-no-check');
      await run(stage, { name: 'story-no-check-of-image', options: ['--no-healthcheck'], image: 'testbed/sick:1' });
    },
    expected: {
      before: {},
      after: { 'story-no-check': { state: 'running' }, 'story-no-check-of-image': { state: 'running' } },
      hostExits: {},
    },
  },
];
