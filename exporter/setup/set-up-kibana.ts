import { z } from 'zod';
import { at } from './compare.ts';
import { readInstallable } from './installables.ts';
import { SetupError } from './setup-error.ts';
import type { SetupOptions, SetupStep } from './setup-step.ts';
import type { Answer, StoreClient } from './store-client.ts';
import { refused } from './store-kind.ts';

/** Saved objects of logstash/kibana/, data views first: others refer to them. */
const FILES = ['kibana/data-views.ndjson'];

/** Kibana and OpenSearch Dashboards refuse what comes without, as it may be a page's doing. */
const FORGERY_GUARD = { 'kbn-xsrf': 'true', 'osd-xsrf': 'true' };

/** Gives a Kibana, or an OpenSearch Dashboards, what makes the documents visible there. */
export async function* setUpKibana(
  client: StoreClient,
  options: Pick<SetupOptions, 'dryRun'>,
  signal: AbortSignal,
): AsyncGenerator<SetupStep> {
  yield { what: `Kibana ${await untilReady(client, signal)}`, outcome: 'found' };
  const changes: SetupStep[] = [];
  const differing: SavedObject[] = [];
  for (const wanted of FILES.flatMap(readObjects)) {
    const what = `data view ${wanted.id}`;
    const there = await find(client, wanted, signal);
    if (there !== undefined && hasAll(there, wanted.attributes)) yield { what, outcome: 'unchanged' };
    else {
      differing.push(wanted);
      changes.push({ what, outcome: there === undefined ? 'created' : 'updated' });
    }
  }
  if (differing.length > 0 && !options.dryRun) await importObjects(client, differing, signal);
  yield* changes;
}

const SavedObject = z.looseObject({
  type: z.string(),
  id: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});
type SavedObject = z.infer<typeof SavedObject>;

function readObjects(file: string): readonly SavedObject[] {
  return readInstallable(file)
    .trim()
    .split('\n')
    .map((line) => SavedObject.parse(JSON.parse(line)));
}

/** Its version. Before it has moved its own index, what is imported may be lost. */
async function untilReady(client: StoreClient, signal: AbortSignal): Promise<string> {
  const answer = await client.get('/api/status', signal);
  if (answer.status !== 200) throw refused('read the status of Kibana', answer);
  // `level` since 8.0; `state` in 7.17 and OpenSearch Dashboards.
  const isAvailable =
    at(answer.body, 'status', 'overall', 'level') === 'available' ||
    at(answer.body, 'status', 'overall', 'state') === 'green';
  if (!isAvailable) throw new SetupError('Kibana is there, but not ready: try again in a minute');
  const version = at(answer.body, 'version', 'number');
  return typeof version === 'string' ? version : 'of an unknown version';
}

/** Undefined as well where a Kibana does not offer the call: then it is imported again, which does no harm. */
async function find(client: StoreClient, { type, id }: SavedObject, signal: AbortSignal): Promise<unknown> {
  const answer = await client.get(`/api/saved_objects/${type}/${encodeURIComponent(id)}`, signal);
  if (answer.status === 401 || answer.status === 403) throw refused('read the data views of Kibana', answer);
  return answer.status === 200 ? at(answer.body, 'attributes') : undefined;
}

/** What people add to a data view, such as runtime fields, is theirs. */
function hasAll(there: unknown, wanted: SavedObject['attributes']): boolean {
  return Object.entries(wanted).every(([name, value]) => at(there, name) === value);
}

async function importObjects(client: StoreClient, objects: readonly SavedObject[], signal: AbortSignal): Promise<void> {
  const boundary = 'harborlight-saved-objects';
  const body = [
    `--${boundary}`,
    'content-disposition: form-data; name="file"; filename="harborlight.ndjson"',
    'content-type: application/ndjson',
    '',
    objects.map((one) => JSON.stringify(one)).join('\n'),
    `--${boundary}--`,
    '',
  ].join('\r\n');
  const headers = { ...FORGERY_GUARD, 'content-type': `multipart/form-data; boundary=${boundary}` };
  const path = '/api/saved_objects/_import?overwrite=true';
  requireSuccess(await client.send({ method: 'POST', path, body, headers }, signal));
}

/** An import that failed for some of the objects is answered with 200 as well. */
function requireSuccess(answer: Answer): void {
  if (answer.status !== 200) throw refused('import into Kibana', answer);
  if (at(answer.body, 'success') === true) return;
  const reason = at(answer.body, 'errors', '0', 'error', 'type');
  throw new SetupError(`import into Kibana: not all was taken${typeof reason === 'string' ? `: ${reason}` : ''}`);
}
