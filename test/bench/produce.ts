import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NewDocument } from '../../exporter/model/document.ts';

export interface Production {
  readonly documents: number;
  /** Documents a second; without, as many as go. */
  readonly rate: number | undefined;
}

/** In all some 600 kB: a group is being synced while the next one gathers, and no more of the bench's own waits. */
const AT_ONCE = 250;
const IN_FLIGHT = 8;
const BATCHES_PER_SECOND = 20;

/** Something to say, of the length that makes a document of about 300 bytes. */
export const MESSAGE =
  'GET /api/orders/4711 answered with 200 in 12 ms for a customer who had been waiting, and went on to the next one';

/** Makes documents, hands them on, and resolves when all are taken. */
export async function produce(
  { documents, rate }: Production,
  append: (batch: readonly NewDocument[]) => Promise<void>,
): Promise<void> {
  const atOnce = rate === undefined ? AT_ONCE : rate / BATCHES_PER_SECOND;
  const make = createDocuments();
  const inFlight = new Set<Promise<void>>();
  for (let from = 0; from < documents; from += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, documents - from) }, make);
    const appending = append(batch).finally(() => inFlight.delete(appending));
    inFlight.add(appending);
    if (rate !== undefined) await delay(1000 / BATCHES_PER_SECOND);
    else if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
}

/**
 * Texts in one piece, as JSON.stringify makes them: those of a template are put together where they are first read, which would
 * count as the spool's work. Made as cheaply as can be, for all that the bench does is counted too.
 */
function createDocuments(): () => NewDocument {
  const salt = randomBytes(6).toString('base64url');
  const text = Buffer.from(
    `{"@timestamp":"${new Date().toISOString()}","event":{"id":"${salt}000000000000","kind":"event"},"host":{"name":"edge-1"},"container":{"name":"web"},"message":"${MESSAGE}"}`,
    'latin1',
  );
  const timeStart = text.indexOf('":"') + 3;
  const idStart = text.indexOf(salt);
  const idEnd = idStart + ID_LENGTH;
  let timeMs = 0;
  return () => {
    if (timeMs !== Date.now()) {
      timeMs = Date.now();
      text.write(new Date(timeMs).toISOString(), timeStart, 'latin1');
    }
    countUp(text, idEnd - 1);
    return {
      dataset: 'harborlight.event',
      namespace: 'bench',
      id: text.toString('latin1', idStart, idEnd),
      json: text.toString('latin1'),
    };
  };
}

const ID_LENGTH = 20;
const ZERO = 0x30;
const NINE = 0x39;

/** A number of decimal digits that ends here. */
function countUp(text: Buffer, lastDigit: number): void {
  let at = lastDigit;
  for (; text[at] === NINE; at--) text[at] = ZERO;
  text[at] = (text[at] ?? ZERO) + 1;
}
