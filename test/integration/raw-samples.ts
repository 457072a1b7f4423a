import { z } from 'zod';
import type { Prometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';
import type { Labels } from './scrapes.ts';

/** What a Prometheus keeps of one counter, sample by sample. */
export interface Counted {
  readonly labels: Labels;
  /** The last sample less the first. */
  readonly growth: number;
  /** How often it went back. */
  readonly resets: number;
}

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string().transform(Number)])).nonempty(),
      }),
    ),
  }),
});

/** The counters of this selector, by their samples from the last one before that time on; Unix seconds. */
export const readCounted = async (
  { url }: Prometheus,
  selector: string,
  sinceSeconds: number,
): Promise<readonly Counted[]> => {
  const body = new URLSearchParams({ query: `${selector}[1h]` });
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
  return answer.parse(await response.json()).data.result.map(({ metric, values }) => {
    const before = values.findLastIndex(([atSeconds]) => atSeconds < sinceSeconds);
    const counted = values.slice(Math.max(before, 0)).map(([, value]) => value);
    return { labels: metric, growth: (counted.at(-1) ?? 0) - (counted[0] ?? 0), resets: countResets(counted) };
  });
};

const countResets = (values: readonly number[]): number =>
  values.filter((value, index) => value < (values[index - 1] ?? 0)).length;

/** Waits until a scrape that begins now or later, and tells of counters, has been kept. */
export const untilScraped = async ({ query }: Prometheus): Promise<void> => {
  const nowSeconds = Date.now() / 1000;
  await waitFor('a scrape', async () => {
    const [up] = await query('timestamp(docker_event_gaps_total)');
    return up !== undefined && up.value > nowSeconds;
  });
};
