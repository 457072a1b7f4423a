import { isMapping } from '../../config/tree.ts';

/** Keys and positions from the outside in. */
export type JsonPath = readonly string[];

const SEGMENT = /(?:^|\.)([^.[\]'"]+)|\[(\d+)\]|\['([^']+)'\]/gy;

/** Of `$.a.b[0]`, `a.b.0` or `$['a key'].b`; undefined for anything else. `$` is the document itself. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const rest = text.replace(/^\$\.?/, '');
  if (text === '' || text === '$.') return undefined;
  const segments = [...rest.matchAll(SEGMENT)];
  const length = segments.reduce((sum, [segment]) => sum + segment.length, 0);
  return length === rest.length ? segments.map(([, name, position, key]) => name ?? position ?? key ?? '') : undefined;
}

/** Undefined where there is nothing. */
export function readJsonPath(document: unknown, path: JsonPath): unknown {
  return path.reduce((inner: unknown, key) => {
    if (Array.isArray(inner)) return /^\d+$/.test(key) ? (inner[Number(key)] as unknown) : undefined;
    return isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  }, document);
}
