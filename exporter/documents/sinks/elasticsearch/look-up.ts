import { errorOf, isObject, parseJson } from '../../store/json-answer.ts';
import type { HttpRequest } from '../../store/node.ts';
import { RequestError } from '../../store/request-error.ts';
import { statusError } from './answer-status.ts';
import type { Cluster, ClusterAnswer } from './cluster.ts';
import { shortType } from './reason.ts';

/** The backing indices of a data stream, the newest last; none when it is not there yet, or is a plain index. */
export async function backingIndices(
  cluster: Cluster,
  stream: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `/_resolve/index/${encodeURIComponent(stream)}`;
  const asked = await ask(cluster, { method: 'GET', path }, signal);
  if (asked.answer.status === 404 && isNoSuchIndex(asked)) return [];
  const found = expectOk(asked, 'view_index_metadata');
  const streams = isObject(found) ? found['data_streams'] : undefined;
  if (!Array.isArray(streams)) throw notAnAnswer(asked);
  return streams.flatMap((one: unknown) =>
    isObject(one) && one['name'] === stream ? namesIn(one['backing_indices']) : [],
  );
}

function isNoSuchIndex({ answer }: ClusterAnswer): boolean {
  return errorOf(parseJson(answer))?.type === 'index_not_found_exception';
}

export interface LookUp {
  readonly index: string;
  readonly ids: readonly string[];
}

/** Those that an index holds, also when no search finds them yet. */
export async function whichAreStored(
  cluster: Cluster,
  { index, ids }: LookUp,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `/${encodeURIComponent(index)}/_mget?_source=false&filter_path=docs._id,docs.found,docs.error.type`;
  const headers = { 'content-type': 'application/json' };
  const asked = await ask(cluster, { method: 'POST', path, headers, body: JSON.stringify({ ids }) }, signal);
  const found = expectOk(asked, 'read');
  const docs = isObject(found) ? found['docs'] : undefined;
  if (!Array.isArray(docs) || docs.length !== ids.length) throw notAnAnswer(asked);
  return docs.flatMap((doc: unknown, position) => {
    const id = ids[position];
    if (!isObject(doc) || doc['_id'] !== id || id === undefined) throw notAnAnswer(asked);
    const error = errorOf(doc);
    // Its life has ended since.
    if (error?.type === 'index_not_found_exception') return [];
    if (error !== undefined) {
      throw new RequestError('unavailable', `${asked.origin} cannot look up documents: ${shortType(error.type)}`);
    }
    return doc['found'] === true ? [id] : [];
  });
}

/** A question that has no answer says nothing about the documents. */
async function ask(cluster: Cluster, request: HttpRequest, signal: AbortSignal): Promise<ClusterAnswer> {
  try {
    return await cluster.send(request, signal);
  } catch (error) {
    if (!(error instanceof RequestError) || error.failure !== 'ambiguous') throw error;
    throw new RequestError('unavailable', error.message, { cause: error });
  }
}

function expectOk(asked: ClusterAnswer, privilege: string): unknown {
  const { answer, origin } = asked;
  if (answer.status === 401 || answer.status === 403) {
    const message = `${origin} answered ${answer.status}: to look for documents that may be stored already, ${privilege} is needed`;
    throw new RequestError('denied', message);
  }
  if (answer.status !== 200) throw statusError(origin, answer);
  return parseJson(answer);
}

function notAnAnswer({ origin, distrust }: ClusterAnswer): RequestError {
  distrust();
  return new RequestError('protocol', `${origin}: its answer is not that of a search engine`);
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((name: unknown) => typeof name === 'string') : [];
}
