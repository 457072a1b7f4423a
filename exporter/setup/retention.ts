import { z } from 'zod';
import { RETENTION_PATH } from './lifecycle.ts';
import type { SetupOptions, SetupStep } from './setup-step.ts';
import type { StoreClient } from './store-client.ts';
import { refused } from './store-kind.ts';

const LINES_DAYS = '30d';
const RECORDS_DAYS = '90d';

const Lifecycles = z.object({
  data_streams: z.array(
    z.object({ name: z.string(), lifecycle: z.object({ data_retention: z.string().exactOptional() }).exactOptional() }),
  ),
});
type Lifecycles = z.infer<typeof Lifecycles>;

/** A template's retention is for streams to come: those that are there and keep everything for ever get it here. */
export async function* setUpRetention(
  client: StoreClient,
  options: SetupOptions,
  signal: AbortSignal,
): AsyncGenerator<SetupStep> {
  for (const { name, lifecycle } of await readStreams(client, signal)) {
    const wanted = name.startsWith('logs-harborlight.container-') ? LINES_DAYS : RECORDS_DAYS;
    const decision = decide(lifecycle?.data_retention, wanted, options);
    const isChange = decision.outcome === 'created' || decision.outcome === 'updated';
    if (isChange && !options.dryRun) await putRetention(client, name, wanted, signal);
    yield { what: `retention of ${name}`, ...decision };
  }
}

async function readStreams(client: StoreClient, signal: AbortSignal): Promise<Lifecycles['data_streams']> {
  const answer = await client.get(RETENTION_PATH, signal);
  // There are no streams yet.
  if (answer.status === 404) return [];
  const parsed = Lifecycles.safeParse(answer.body);
  if (!parsed.success) throw refused('read the retention of data streams', answer);
  return parsed.data.data_streams;
}

function decide(
  there: string | undefined,
  wanted: string,
  { replaceLifecycle }: SetupOptions,
): Pick<SetupStep, 'outcome' | 'why'> {
  if (there === undefined) return { outcome: 'created' };
  if (there === wanted) return { outcome: 'unchanged' };
  if (replaceLifecycle) return { outcome: 'updated' };
  return { outcome: 'left out', why: `it is ${there} here; --replace-lifecycle makes it ${wanted}` };
}

async function putRetention(client: StoreClient, stream: string, wanted: string, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ data_retention: wanted });
  const path = `/_data_stream/${encodeURIComponent(stream)}/_lifecycle`;
  const answer = await client.send({ method: 'PUT', path, body }, signal);
  if (answer.status !== 200) throw refused(`put the retention of ${stream}`, answer);
}
