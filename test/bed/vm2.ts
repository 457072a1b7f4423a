import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';
import { ownName } from './own-name.ts';
import { bedPath, program, runPath } from './paths.ts';
import { stageProduct } from './staged-product.ts';
import { endVm2, environmentOfVm2 } from './vm2-folder.ts';

/** A virtual machine with cgroup v2 alone, systemd, Docker 28 and Node. What it writes is gone at its end. */
export interface Vm2 {
  /** Runs the Docker client on its engine; gives what it printed, without the last line feed. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Runs a program in it as root; gives what it printed, without the last line feed. */
  readonly exec: (...args: readonly string[]) => Promise<string>;
  /** Writes a file in it. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** The URL here of a port that was forwarded. */
  readonly urlOf: (port: number) => string;
  readonly stop: () => Promise<void>;
}

/** Where the built product lies in it. */
export const PRODUCT_IN_VM2 = '/srv/harborlight';

/**
 * Boots the machine that vm2-install made, with the built product in it and these ports of all its addresses forwarded:
 * 60 to 90 seconds. It is emulated: Node takes 5 to 8 times as long in it, the engine 10 to 20 times.
 */
export const startVm2 = async (ports: readonly number[]): Promise<Vm2> => {
  // A folder of its own, so that this is another machine than one that was started by hand.
  const directory = join(runPath, ownName());
  const env = environmentOfVm2(directory);
  const run = async (name: string, args: readonly string[], input?: string) =>
    (await command(join(bedPath, name), args, { env, ...(input !== undefined && { input }) })).trimEnd();
  const outside = new Map<number, number>();
  for (const port of ports) outside.set(port, await freePort());
  const urlOf = (port: number) => `http://127.0.0.1:${String(outside.get(port))}`;
  const stop = () => endVm2(directory);
  const start = async () => {
    const forwards = [...outside].flatMap(([port, here]) => ['--forward', `${here}:${port}`]);
    const announced = await run('vm2-up', forwards);
    await putProduct((folder) => run('vm2-put', [folder, PRODUCT_IN_VM2]));
    return announced.replace(/^DOCKER_HOST=/, '');
  };
  const dockerHost = await start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const clientEnv = { ...plainEnvironment(), DOCKER_HOST: dockerHost };
  return {
    docker: async (...args) => (await command(program('docker'), args, { env: clientEnv })).trimEnd(),
    exec: (...args) => run('vm2-exec', args),
    write: async (path, text) => {
      await run('vm2-exec', ['sh', '-c', `mkdir -p "$(dirname "$1")" && cat >"$1"`, 'sh', path], text);
    },
    urlOf,
    stop,
  };
};

const putProduct = async (put: (folder: string) => Promise<unknown>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'harborlight-staged-'));
  try {
    await stageProduct(folder);
    await put(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
