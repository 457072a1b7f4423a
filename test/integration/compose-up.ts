import { command, plainEnvironment } from '../bed/command.ts';
import type { Engine } from '../bed/engine.ts';
import { program } from '../bed/paths.ts';

const IDLE = 'trap "exit 0" TERM; sleep 100000 & wait';
/** @param replicas of each of its two services */
const project = (replicas: number) => {
  const service = {
    image: 'testbed/busybox:1',
    pull_policy: 'never',
    command: ['sh', '-c', IDLE.replaceAll('$', '$$')],
    deploy: { replicas },
  };
  return JSON.stringify({ name: 'shop', services: { web: service, worker: service } });
};

/** `docker compose up` of a project `shop` with so many containers, half of them `web`, half `worker`. */
export const composeUp = async (engine: Engine, containers: number, ...options: readonly string[]): Promise<void> => {
  await command(program('docker-compose'), ['--file', '-', 'up', '--detach', ...options], {
    input: project(containers / 2),
    env: { ...plainEnvironment(), DOCKER_HOST: `unix://${engine.socketPath}` },
  });
};

/** All containers as the engine lists them, each "NAME ID STATE" with the short id. */
export const listedStates = async (engine: Engine): Promise<readonly string[]> =>
  (await engine.docker('ps', '--all', '--format', '{{.Names}} {{.ID}} {{.State}}')).split('\n');

/** When the engine's newest event happened, unix milliseconds. */
export const lastEventMs = async (engine: Engine): Promise<number> => {
  const until = String(Math.ceil(Date.now() / 1000));
  const events = await engine.docker('events', '--since', '1', '--until', until, '--format', '{{.TimeNano}}');
  return Number(BigInt(events.split('\n').at(-1) ?? '') / 1_000_000n);
};
