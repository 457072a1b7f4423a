import { waitFor } from '../bed/wait-for.ts';

type Docker = (...args: readonly string[]) => Promise<string>;

/** A shell that ends at once when it is told to: `sleep` alone heeds no SIGTERM as a container's first process. */
const IDLE = 'trap "exit 0" TERM; sleep 100000 & wait';
/** Works as long as its quota lets it. */
const BUSY = 'while :; do :; done';

/** Options of `docker run`, and the command. */
type Containers = Readonly<Record<string, readonly [options: readonly string[], command: string]>>;

const everywhere: Containers = {
  idle: [['--memory', '64m', '--cpus', '0.5', '--pids-limit', '50', '--label', 'harborlight.expected=true'], IDLE],
  busy: [['--cpus', '0.2'], BUSY],
  frozen: [[], IDLE],
  'done-0': [[], 'exit 0'],
  'done-3': [[], 'exit 3'],
  'host-net': [['--network', 'host'], IDLE],
};

/** So often its policy restarts it, and no more. */
const RETRIED = ['--restart', 'on-failure:1'];

/** Podman's own health checks need systemd, and the bed gives its containers no network. */
const ofDocker: Containers = {
  limited: [
    ['--memory', '64m', '--memory-reservation', '32m', '--cpuset-cpus', '0', '--cpus', '1.5', ...RETRIED],
    IDLE,
  ],
  looping: [['--restart', 'always'], 'exit 7'],
  'out-of-memory': [['--memory', '16m', '--memory-swap', '16m'], 'tail /dev/zero'],
  healthy: [['--health-cmd', 'exit 0', '--health-interval', '1s'], IDLE],
  unhealthy: [['--health-cmd', 'exit 9', '--health-interval', '1s', '--health-retries', '1'], IDLE],
  starting: [['--health-cmd', 'exit 0', '--health-interval', '1h'], IDLE],
  owner: [[], IDLE],
  'two-nets': [[], IDLE],
  doomed: [[], 'echo x >/left-behind'],
};

/** Starts a container of each kind on Docker; resolves when each is in its state. `doomed` has ended. */
export const startOneOfEach = async (docker: Docker): Promise<void> => {
  await docker('network', 'create', 'second');
  await startAll(docker, { ...everywhere, ...ofDocker });
  await Promise.all([
    run(docker, 'sharer', ['--network', 'container:owner'], IDLE),
    docker('network', 'connect', 'second', 'two-nets'),
    pause(docker),
    docker('create', '--name', 'made', 'testbed/busybox:1', 'sh', '-c', IDLE),
  ]);
};

/** The same on Podman, as far as it has such containers. */
export const startSomeOnPodman = async (docker: Docker): Promise<void> => {
  await Promise.all(
    Object.entries(everywhere).map(([name, [options, command]]) =>
      run(docker, name, options.includes('--network') ? options : [...options, '--network', 'none'], command),
    ),
  );
  await pause(docker);
};

const startAll = async (docker: Docker, containers: Containers): Promise<void> => {
  await Promise.all(
    Object.entries(containers).map(([name, [options, command]]) => run(docker, name, options, command)),
  );
};

const run = (docker: Docker, name: string, options: readonly string[], command: string): Promise<string> =>
  docker('run', '--detach', '--name', name, ...options, 'testbed/busybox:1', 'sh', '-c', command);

/** On cgroup v1 runc gives up where the machine is too busy to freeze all processes at once. */
const pause = (docker: Docker): Promise<string> => waitFor('a pause', () => docker('pause', 'frozen'));
