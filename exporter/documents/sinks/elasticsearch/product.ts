import { isObject, parseJson } from '../../store/json-answer.ts';
import type { HttpAnswer } from '../../store/node.ts';
import { RequestError } from '../../store/request-error.ts';
import { statusError } from './answer-status.ts';

/**
 * Throws unless it is Elasticsearch or OpenSearch that answered `GET /`. Elasticsearch says so in a header since 7.14, of which
 * even a refusal has one: whoever may only write may not ask for the version.
 */
export function verifyProduct(origin: string, answer: HttpAnswer): void {
  const isElasticsearch = answer.headers['x-elastic-product'] === 'Elasticsearch';
  if (isElasticsearch && (answer.status === 200 || answer.status === 403)) return;
  if (answer.status !== 200) throw statusError(origin, answer);
  const body = parseJson(answer);
  const version = isObject(body) ? body['version'] : undefined;
  if (isObject(version) && version['distribution'] === 'opensearch') return;
  throw new RequestError('protocol', `${origin} is neither Elasticsearch nor OpenSearch`, { isOfNode: true });
}
