import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { z } from 'zod';
import type { Reading, Scrapes } from './scrapes.ts';

export interface Churn {
  /** How many come and go. */
  readonly containers: number;
  /** How many of them at a time: each in a place of its own, which gives it its name. */
  readonly places: number;
}

/** Lets containers come and go on an engine under a scrape every second. Gives what was read. */
export const scrapeDuring = async (scrapes: Scrapes, socketPath: string, size: Churn): Promise<readonly Reading[]> => {
  const readings: Reading[] = [];
  const over = churn(socketPath, size).then(() => true);
  while (!(await Promise.race([over, delay(1000, false)]))) readings.push(await scrapes.read());
  return readings;
};

/** One after the other under the same name; every third is renamed in between. */
const churn = async (socketPath: string, { containers, places }: Churn): Promise<void> => {
  const engine = new Pool('http://localhost', { connections: places, connect: { socketPath } });
  let left = containers;
  const fill = async (place: number): Promise<void> => {
    while (left-- > 0) {
      const isRenamed = left % 3 === 0;
      const body = { Image: 'testbed/busybox:1', Cmd: ['sleep', '1000'] };
      const { Id } = created.parse(await ask(engine, 'POST', `/containers/create?name=job-${place}`, body));
      await ask(engine, 'POST', `/containers/${Id}/start`);
      if (isRenamed) await ask(engine, 'POST', `/containers/${Id}/rename?name=late-job-${place}`);
      await ask(engine, 'DELETE', `/containers/${Id}?force=1`);
    }
  };
  await Promise.all(Array.from({ length: places }, (_, place) => fill(place)));
  await engine.close();
};

const created = z.object({ Id: z.string() });

const ask = async (engine: Pool, method: 'POST' | 'DELETE', path: string, json?: object): Promise<unknown> => {
  const { statusCode, body } = await engine.request({
    method,
    path,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};
