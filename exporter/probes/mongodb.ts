import { addressWithPort } from './address.ts';
import type { Attempt } from './attempt.ts';
import { ProbeFailure } from './failure.ts';
import { defineKind } from './probe-kind.ts';
import { converse, type Wire } from './wire/conversation.ts';
import { serverError } from './wire/server-error.ts';
import { serverOnContainer, serverOptions } from './wire/server-options.ts';

export const mongodb = defineKind({
  name: 'mongodb',
  summary: 'Says hello to a MongoDB server, which needs no login.',
  targetOption: 'address',
  target: () => addressWithPort('Whom to connect to; usually port 27017.'),
  options: serverOptions,
  onContainer: serverOnContainer(27_017),
  run: (attempt, target, { ip, tls }) =>
    converse(attempt, { target, ip }, async (wire) => {
      if (tls !== undefined) await wire.startTls(tls);
      const { serialize, deserialize } = await import('bson');
      // Who tells of himself as a client may is written to the server's log.
      wire.send(encodeMessage(serialize({ hello: 1, $db: 'admin' })));
      attempt.step('sent hello');
      const document = await readMessage(wire);
      judge(attempt, parseDocument(document, deserialize));
    }),
});

const OP_MSG = 2013;
const HEADER_BYTES = 16;
const REQUEST_ID = 1;
/** Flags and the kind of the first section, which is one document. */
const PRELUDE_BYTES = 5;
const CHECKSUM_PRESENT = 1;
const CHECKSUM_BYTES = 4;
/** Four bytes of length and a zero. */
const MIN_DOCUMENT_BYTES = 5;
/** A hello has about 500 bytes, that of a large replica set a few thousand. */
const MAX_MESSAGE_BYTES = 65_536;

function encodeMessage(document: Uint8Array): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + PRELUDE_BYTES);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(REQUEST_ID, 4);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, document]);
}

/** The document of the answer. */
async function readMessage(wire: Wire): Promise<Buffer> {
  const header = await wire.read(HEADER_BYTES);
  const bytes = header.readInt32LE(0);
  const isAnswer = header.readInt32LE(8) === REQUEST_ID && header.readInt32LE(12) === OP_MSG;
  if (!isAnswer || bytes > MAX_MESSAGE_BYTES || bytes < HEADER_BYTES + PRELUDE_BYTES + MIN_DOCUMENT_BYTES) {
    throw new ProbeFailure('the answer to hello is not one of MongoDB');
  }
  const body = await wire.read(bytes - HEADER_BYTES);
  const hasChecksum = (body.readUInt32LE(0) & CHECKSUM_PRESENT) !== 0;
  return body.subarray(PRELUDE_BYTES, hasChecksum ? -CHECKSUM_BYTES : body.length);
}

type Deserialize = (document: Buffer) => Readonly<Record<string, unknown>>;

function parseDocument(document: Buffer, deserialize: Deserialize): Readonly<Record<string, unknown>> {
  try {
    return deserialize(document);
  } catch (cause) {
    throw new ProbeFailure('the answer to hello is no document', { cause });
  }
}

function judge(attempt: Attempt, hello: Readonly<Record<string, unknown>>): void {
  if (Number(hello['ok']) !== 1) throw serverError(codeOf(hello));
  attempt.step(`it answered hello: it is ${roleOf(hello)}`);
}

/** Names of codes are words that MongoDB gave them: `NotYetInitialized`. */
function codeOf({ code, codeName }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof codeName === 'string' && /^[A-Za-z]{1,60}$/.test(codeName)) return codeName;
  return typeof code === 'number' ? String(code) : undefined;
}

function roleOf(hello: Readonly<Record<string, unknown>>): string {
  if (hello['isWritablePrimary'] === true) return 'writable';
  if (hello['secondary'] === true) return 'a secondary';
  return hello['arbiterOnly'] === true ? 'an arbiter' : 'neither writable nor a secondary';
}
