import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, plainEnvironment, script } from './command.ts';
import { ownName } from './own-name.ts';
import { program, readIfThere, runPath } from './paths.ts';
import { waitFor } from './wait-for.ts';

export interface Podman {
  readonly socketPath: string;
  /** DOCKER_HOST, unix://… */
  readonly dockerHost: string;
  /** Runs the Docker client on it; gives what it printed, without the last line feed. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Replaces its fleet by one of that many containers without a network; see test/bed/fleet. */
  readonly fleet: (count: number) => Promise<void>;
  /** Ends its service and starts it anew; containers run on without one. */
  readonly restart: () => Promise<void>;
  /** Ends its service by SIGKILL, until `start`. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends it and deletes its data. */
  readonly stop: () => Promise<void>;
}

/** Starts a real Podman behind its Docker-compatible API, with the image testbed/busybox:1. Containers: `--network none`. */
export const startPodman = async (): Promise<Podman> => {
  const name = ownName();
  const socketPath = join(runPath, name, 'docker.sock');
  const dockerHost = `unix://${socketPath}`;
  const start = () => script('podman-up', name);
  const end = async (signal: NodeJS.Signals) => {
    const pid = Number(readFileSync(join(runPath, name, 'podman.pid'), 'utf8'));
    process.kill(pid, signal);
    // A zombie has no command line.
    await waitFor('the end of Podman', () => !readIfThere(`/proc/${pid}/cmdline`));
  };
  await start();
  const env = { ...plainEnvironment(), DOCKER_HOST: dockerHost };
  return {
    socketPath,
    dockerHost,
    docker: async (...args) => (await command(program('docker'), args, { env })).trimEnd(),
    fleet: (count) => script('fleet', String(count), '--socket', socketPath, '--net', 'none'),
    restart: async () => {
      await end('SIGTERM');
      await start();
    },
    kill: () => end('SIGKILL'),
    start,
    stop: () => script('podman-down', name, '--purge'),
  };
};
