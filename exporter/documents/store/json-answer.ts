import type { HttpAnswer } from './node.ts';

/** What a store says about something that it did not do. */
export interface StoreErrorBody {
  readonly type: string;
  readonly reason: string;
  readonly causedBy?: StoreErrorBody;
}

/** An answer's JSON; undefined when it is anything else, such as a proxy's page. */
export function parseJson(answer: HttpAnswer): unknown {
  if (!isJson(answer)) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    // Cut short, or no JSON whatever its type says.
    return undefined;
  }
}

/** Whether it says that it is JSON. */
export function isJson({ headers }: HttpAnswer): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && /^application\/(vnd\.elasticsearch\+)?json\b/i.test(type);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `error` of an answer or of an item, as far as it is what a store says. */
export function errorOf(value: unknown): StoreErrorBody | undefined {
  if (!isObject(value) || !isObject(value['error'])) return undefined;
  return asError(value['error']);
}

function asError(error: Readonly<Record<string, unknown>>): StoreErrorBody | undefined {
  const { type, reason, caused_by: cause } = error;
  if (typeof type !== 'string') return undefined;
  const causedBy = isObject(cause) ? asError(cause) : undefined;
  return { type, reason: typeof reason === 'string' ? reason : '', ...(causedBy && { causedBy }) };
}
