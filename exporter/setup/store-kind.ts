import { z } from 'zod';
import { SetupError } from './setup-error.ts';
import type { Answer, StoreClient } from './store-client.ts';

/** What is there, by its own words. */
export interface StoreKind {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
  /** Elastic's hosted form: no nodes, no ILM, few settings. */
  readonly isServerless: boolean;
  /** The folder of what fits it. */
  readonly variant: Variant;
}

/** The folders of logstash/elasticsearch/. */
export type Variant = 'elasticsearch-8.8' | 'elasticsearch-7.17' | 'opensearch';

const Root = z.object({
  version: z.object({
    number: z.string(),
    distribution: z.string().exactOptional(),
    build_flavor: z.string().exactOptional(),
  }),
});

/** Asks who is there. Rejects with a `SetupError` that says what to do when it is nobody for us. */
export async function probeStore(client: StoreClient, signal: AbortSignal): Promise<StoreKind> {
  const answer = await client.get('/', signal);
  if (answer.status !== 200) throw refused('who it is', answer);
  const parsed = Root.safeParse(answer.body);
  if (!parsed.success) throw new SetupError('answers, but is neither Elasticsearch nor OpenSearch');
  const { number: version, distribution, build_flavor } = parsed.data.version;
  const product = distribution === 'opensearch' ? 'opensearch' : 'elasticsearch';
  return { product, version, isServerless: build_flavor === 'serverless', variant: chooseVariant(product, version) };
}

function chooseVariant(product: StoreKind['product'], version: string): Variant {
  if (product === 'opensearch') {
    // flat_object came with it.
    if (isAtLeast(version, 2, 7)) return 'opensearch';
    throw new SetupError(`OpenSearch ${version.slice(0, 20)}: 2.7 is the oldest supported`);
  }
  if (isAtLeast(version, 8, 8)) return 'elasticsearch-8.8';
  if (isAtLeast(version, 7, 17)) return 'elasticsearch-7.17';
  throw new SetupError(`Elasticsearch ${version.slice(0, 20)}: 7.17 is the oldest supported`);
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [ourMajor = 0, ourMinor = 0] = version.split('.', 2).map(Number);
  return ourMajor > major || (ourMajor === major && ourMinor >= minor);
}

/** What an answer that is no success means to who runs the command. */
export function refused(what: string, { status, body }: Answer): SetupError {
  const hint = HINTS.get(status) ?? '';
  const reason = reasonIn(body);
  return new SetupError(`${what}: answered ${status}${hint}${reason === '' ? '' : `: ${reason}`}`);
}

const HINTS: ReadonlyMap<number, string> = new Map([
  [401, ' (no or wrong credentials)'],
  [403, ' (the credentials lack a privilege: run it as an administrator)'],
]);

const Refusal = z.object({
  error: z.union([z.string(), z.object({ type: z.string().default(''), reason: z.string().default('') })]),
});

/** The store's own words, cut short. */
function reasonIn(body: unknown): string {
  const parsed = Refusal.safeParse(body);
  if (!parsed.success) return '';
  const { error } = parsed.data;
  return (typeof error === 'string' ? error : `${error.type}: ${error.reason}`).slice(0, 400);
}
