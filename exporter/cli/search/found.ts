/** A document of a file, as far as a search looks at it. */
export interface Found {
  /** The line as it was written, without its end. */
  readonly line: string;
  /** RFC 3339 with nine digits: as texts they are in the order of time. */
  readonly timestamp: string;
  readonly fields: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

/** What is searched for; what is absent is not asked for. */
export interface Wanted {
  /** In the middle of any value, whatever its case. */
  readonly text?: string;
  /** Its name, or the beginning of its id. */
  readonly container?: string;
  readonly host?: string;
  /** RFC 3339 with nine digits. */
  readonly since?: string;
}

/** Reads a line, if it is wanted; undefined also for what is no document: a line may be half written. */
export function createFinder(wanted: Wanted): (line: string) => Found | undefined {
  const lowered = wanted.text?.toLowerCase();
  // As it stands in JSON: most lines need not be parsed.
  const written = lowered === undefined ? undefined : JSON.stringify(lowered).slice(1, -1);
  return (line) => {
    if (written !== undefined && !line.toLowerCase().includes(written)) return undefined;
    const fields = parseFields(line);
    const timestamp = fields?.['@timestamp'];
    if (fields === undefined || typeof timestamp !== 'string') return undefined;
    const found = { line, timestamp, fields };
    return isOfWanted(found, wanted) && (lowered === undefined || hasText(fields, lowered)) ? found : undefined;
  };
}

function isOfWanted({ timestamp, fields }: Found, { container, host, since }: Wanted): boolean {
  if (since !== undefined && timestamp < since) return false;
  if (host !== undefined && textAt(fields, 'host', 'name') !== host) return false;
  return container === undefined || isContainer(fields, container);
}

/** The text at this path; undefined where there is none. */
export function textAt(fields: Fields, ...path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>(
    (within, key) => (isFields(within) && Object.hasOwn(within, key) ? within[key] : undefined),
    fields,
  );
  return typeof value === 'string' ? value : undefined;
}

function parseFields(line: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    // Cut off by the end of a process, or by a disk that was full.
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fewer characters than docker itself shows are no id. */
const SHORTEST_ID = /^[0-9a-f]{4,64}$/;

function isContainer(fields: Fields, container: string): boolean {
  if (textAt(fields, 'container', 'name') === container) return true;
  return SHORTEST_ID.test(container) && textAt(fields, 'container', 'id')?.startsWith(container) === true;
}

/** What every document says of itself is not what anybody looks for. */
const FRAME: ReadonlySet<string> = new Set(['@timestamp', 'data_stream', 'dataset']);

function hasText(value: unknown, lowered: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(lowered);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).includes(lowered);
  if (Array.isArray(value)) return value.some((one) => hasText(one, lowered));
  return isFields(value) && Object.entries(value).some(([key, one]) => !FRAME.has(key) && hasText(one, lowered));
}
