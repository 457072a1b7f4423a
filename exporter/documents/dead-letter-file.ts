import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Dataset } from '../model/document.ts';
import type { DeadLetter } from './dead-letters.ts';
import { isMissing } from './missing-file.ts';

/** One letter as its file holds it. */
const Letter = z.object({
  version: z.literal(1),
  sink: z.string(),
  status: z.number(),
  reason: z.string(),
  atMs: z.number(),
  document: z.object({
    // Only a Dataset is ever written; what a later version adds is passed on as it is.
    dataset: z.string().transform((dataset) => dataset as Dataset),
    namespace: z.string(),
    id: z.string(),
    json: z.string(),
    origin: z.object({ source: z.string(), first: z.string(), last: z.string() }).exactOptional(),
    position: z.int().min(0),
    storedAtMs: z.number(),
  }),
});

/** A letter, and whose it is. */
export interface SinkLetter extends DeadLetter {
  readonly sink: string;
}

const NAME = /^\d{16}-(?:[A-Za-z0-9_-]{20}|[0-9a-f]{32})\.json$/;
const PLAIN_ID = /^[A-Za-z0-9_-]{20}$/;

export function isLetterName(name: string): boolean {
  return NAME.test(name);
}

/** In the order of the spool; an id that is none stands there by its hash (R62). */
export function letterName({ document: { position, id } }: DeadLetter): string {
  const plain = PLAIN_ID.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32);
  return `${String(position).padStart(16, '0')}-${plain}.json`;
}

/** Undefined when it is gone, or no letter. */
export async function readLetter(path: string): Promise<SinkLetter | undefined> {
  try {
    const { version: _, ...letter } = Letter.parse(JSON.parse(await readFile(path, 'utf8')));
    return letter;
  } catch (error) {
    // Another process may take it away, and a disk give back anything; a disk that fails is another matter.
    if (error instanceof SyntaxError || error instanceof z.ZodError || isMissing(error)) return undefined;
    throw new Error(`read ${path}`, { cause: error });
  }
}

/** Resolves when what the file holds is on disk; its name is when its directory is synced. Returns its bytes. */
export async function writeLetter(path: string, letter: SinkLetter): Promise<number> {
  const text = `${JSON.stringify({ version: 1, ...letter })}\n`;
  const draft = `${path}.new`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  await rename(draft, path);
  return Buffer.byteLength(text);
}
