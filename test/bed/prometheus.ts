import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';
import { program } from './paths.ts';

export interface PrometheusOptions {
  readonly version?: '3' | '2';
  /** What prometheus.yml holds. */
  readonly config: object;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus {
  readonly url: string;
  /** The answer to an instant query. */
  readonly query: (expression: string) => Promise<readonly Series[]>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string().transform(Number)]),
      }),
    ),
  }),
});

/** Starts a real Prometheus on a free port of 127.0.0.1, with an empty database. */
export const startPrometheus = async ({ version = '3', config }: PrometheusOptions): Promise<Prometheus> => {
  const directory = await mkdtemp(join(tmpdir(), 'prometheus-test-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(join(directory, 'prometheus.yml'), stringify(config));
  const child = startChild(
    program(`prometheus-${version}`),
    [
      '--config.file=prometheus.yml',
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: directory, env: plainEnvironment() },
  );
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await untilUp(child, async () => (await fetch(`${url}/-/ready`)).ok).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url,
    query: async (expression) => {
      const response = await fetch(`${url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      });
      const { data } = answer.parse(await response.json());
      return data.result.map(({ metric, value: [, value] }) => ({ metric, value }));
    },
    log: child.log,
    stop,
  };
};
