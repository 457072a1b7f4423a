export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is no object is taken for one without members. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** One text or a list of them, as most of these interfaces take either. */
export const asTexts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

/** A scalar as a text; what is missing is an empty one. */
export const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};

/** Parses JSON as the engines do: a key that is there twice is a fault. */
export const parseStrictJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw new SyntaxError(`Duplicate field '${duplicate}'`);
  return value;
};

/** Of a text that is valid JSON. */
const findDuplicateKey = (text: string): string | undefined => {
  // The keys of each object that is open; of an array nothing is kept.
  const open: Set<string>[] = [];
  for (const [token, key = '', colon] of text.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g)) {
    const keys = open.at(-1);
    if ('{['.includes(token)) open.push(new Set());
    else if ('}]'.includes(token)) open.pop();
    else if (colon !== undefined && keys !== undefined) {
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
};

/** Members of both, those of the second where both have one; objects in them likewise. */
export const mergeDeep = (first: JsonObject, second: JsonObject): JsonObject => {
  const merged: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? mergeDeep(before, value) : value;
  }
  return merged;
};
