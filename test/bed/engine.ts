import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, plainEnvironment, script, scriptValues } from './command.ts';
import { freePort } from './free-port.ts';
import { ownName } from './own-name.ts';
import { program, readIfThere, runPath } from './paths.ts';
import { waitFor } from './wait-for.ts';

export interface EngineOptions {
  readonly version?: '28' | '20';
  /** Answer by TLS on a loopback port too: `dockerHost` and `certPath` are of that. Needs the part `tls`. */
  readonly tls?: boolean;
  /** Options of dockerd, such as `--feature containerd-snapshotter=true` for the other image store. */
  readonly dockerdArgs?: readonly string[];
}

export interface SshAccess {
  /** ssh://root@127.0.0.1:PORT */
  readonly url: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
}

export interface Engine {
  readonly name: string;
  readonly socketPath: string;
  /** DOCKER_HOST as a client outside needs it: unix://, or tcp:// with TLS. */
  readonly dockerHost: string;
  /** DOCKER_CERT_PATH, with TLS. */
  readonly certPath: string | undefined;
  /** dockerd's process id, for SIGSTOP and the like. */
  readonly pid: () => number;
  /** Runs the Docker client on this engine; gives what it printed, without the last line feed. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Runs a program in the engine's network, where containers' addresses and published ports are. */
  readonly exec: (...args: readonly string[]) => Promise<string>;
  /** Replaces its fleet by one of that many containers; see test/bed/fleet. */
  readonly fleet: (count: number) => Promise<void>;
  /** Opens a way in over ssh; without `forwarding` only to programs, not to sockets. Needs the part `ssh`. */
  readonly ssh: (options?: { readonly forwarding: boolean }) => Promise<SshAccess>;
  /** Ends that way, with all connections; `ssh` opens the same again. */
  readonly closeSsh: () => Promise<void>;
  /** Stops dockerd and starts it anew as a service manager does: what becomes of its containers is its own affair. */
  readonly restart: () => Promise<void>;
  /** Ends dockerd by SIGKILL. Its containers run on, and `start` comes back to them. */
  readonly kill: () => Promise<void>;
  /** Ends dockerd and all containers by SIGKILL, as when a machine loses power; they are still there after `start`. */
  readonly killWithContainers: () => Promise<void>;
  /** Stops dockerd and all containers; images and stopped containers are still there after `start`. */
  readonly down: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends it for good and deletes its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a real Docker engine with the images testbed/busybox:1, testbed/healthy:1 and testbed/sick:1, apart from every other
 * one of the machine. Call `stop` in afterAll or onTestFinished.
 */
export const startEngine = async ({
  version = '28',
  tls = false,
  dockerdArgs = [],
}: EngineOptions = {}): Promise<Engine> => {
  const name = ownName();
  const socketPath = join(runPath, name, 'docker.sock');
  const tlsArgs = tls ? ['--tls', String(await freePort())] : [];
  const start = () => scriptValues('engine-up', version, '--name', name, ...tlsArgs, '--', ...dockerdArgs);
  const down = (...options: readonly string[]) => {
    // A stopped process heeds no SIGTERM.
    const pidText = readIfThere(join(runPath, name, 'docker.pid'));
    if (pidText !== undefined && existsSync(`/proc/${pidText}`)) process.kill(Number(pidText), 'SIGCONT');
    return script('engine-down', name, ...options);
  };
  const pid = () => Number(readFileSync(join(runPath, name, 'docker.pid'), 'utf8'));
  const kill = async () => {
    const killed = pid();
    process.kill(killed, 'SIGKILL');
    // A zombie has no command line.
    await waitFor('the end of dockerd', () => !readIfThere(`/proc/${killed}/cmdline`));
  };
  const announced = await start();
  await script('images', '--socket', socketPath);
  const env = { ...plainEnvironment(), DOCKER_HOST: `unix://${socketPath}` };
  return {
    name,
    socketPath,
    dockerHost: announced.get('DOCKER_HOST') ?? '',
    certPath: announced.get('DOCKER_CERT_PATH'),
    pid,
    docker: async (...args) => (await command(program('docker'), args, { env })).trimEnd(),
    // As engine-exec does, without a shell: some tests ask the exporter so every 50 ms.
    exec: async (...args) =>
      (await command('nsenter', [`--net=/run/netns/testbed-${name}`, '--', ...args], { env })).trimEnd(),
    fleet: (count) => script('fleet', String(count), '--socket', socketPath),
    ssh: async ({ forwarding } = { forwarding: true }) => {
      const access = await scriptValues('ssh-up', name, ...(forwarding ? [] : ['--no-forwarding']));
      return {
        url: access.get('DOCKER_HOST') ?? '',
        keyFile: access.get('SSH_KEY_FILE') ?? '',
        knownHostsFile: access.get('SSH_KNOWN_HOSTS_FILE') ?? '',
      };
    },
    closeSsh: () => script('ssh-down', name),
    restart: () => script('engine-restart', name),
    kill,
    killWithContainers: async () => {
      await kill();
      await down();
    },
    down: () => down(),
    start: async () => {
      // Where it was killed, its folder and its containers are still there.
      if (existsSync(join(runPath, name))) await script('engine-restart', name);
      else await start();
    },
    stop: () => down('--purge'),
  };
};
