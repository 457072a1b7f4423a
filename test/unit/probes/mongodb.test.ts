import { type Document, deserialize, Long, serialize } from 'bson';
import { expect, test } from 'vitest';
import { outcome, runProbe } from '../../bed/run-probe.ts';
import { answering } from './odd-server.ts';

const probe = (target: string, timeoutMs = 5000) => runProbe({ kind: 'mongodb', target, timeoutMs });

interface Fields {
  readonly length?: number;
  readonly responseTo?: number;
  readonly opCode?: number;
  readonly flags?: number;
}

const raw = (body: Uint8Array, { length, responseTo = 1, opCode = 2013, flags = 0 }: Fields = {}) => {
  const head = Buffer.alloc(21);
  head.writeInt32LE(length ?? head.length + body.length, 0);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(opCode, 12);
  head.writeUInt32LE(flags, 16);
  return Buffer.concat([head, body]);
};
const answer = (document: Document, fields?: Fields) => raw(serialize(document), fields);

/** Documents in documents, as deep as there is room. */
const deep = (levels: number) => {
  const parts = [];
  for (let level = levels; level >= 0; level--) {
    const length = Buffer.alloc(4);
    length.writeInt32LE(5 + level * 8);
    parts.push(length, ...(level > 0 ? [Buffer.from('\x03a\0')] : []));
  }
  return Buffer.concat([...parts, Buffer.alloc(levels + 1)]);
};

const notMongodb = 'the answer to hello is not one of MongoDB';
const noDocument = 'the answer to hello is no document';

test.each([
  ['writable', answer({ isWritablePrimary: true, ok: 1 }), 'up'],
  ['ok as an integer of 64 bits', answer({ ok: Long.fromNumber(1) }), 'up'],
  [
    'with a checksum',
    Buffer.concat([answer({ ok: 1 }, { length: 21 + serialize({ ok: 1 }).length + 4, flags: 1 }), Buffer.alloc(4)]),
    'up',
  ],
  [
    'not yet',
    answer({ ok: 0, errmsg: 'pas5word', code: 94, codeName: 'NotYetInitialized' }),
    'it answers error NotYetInitialized',
  ],
  ['a name that is none', answer({ ok: 0, code: 94, codeName: 'pas5word is wrong' }), 'it answers error 94'],
  ['no code', answer({ ok: 0, errmsg: 'pas5word' }), 'it answers an error without a code'],
  ['without ok', answer({ isWritablePrimary: true }), 'it answers an error without a code'],
  ['an answer to another question', answer({ ok: 1 }, { responseTo: 2 }), notMongodb],
  ['an answer of another kind', answer({ ok: 1 }, { opCode: 1 }), notMongodb],
  ['too long', answer({ ok: 1 }, { length: 65_537 }), notMongodb],
  ['too short', answer({ ok: 1 }, { length: 25 }), notMongodb],
  ['of a negative length', answer({ ok: 1 }, { length: -1 }), notMongodb],
  ['another protocol', Buffer.from('HTTP/1.1 400 pas5word\r\n\r\n'), notMongodb],
  ['no document', raw(Buffer.from('pas5word')), noDocument],
  ['a document that is cut', raw(serialize({ ok: 1 }).subarray(0, 12)), noDocument],
  ['silence', Buffer.alloc(0), 'no result within 0.2 s'],
  ['half of it', answer({ ok: 1 }).subarray(0, 30), 'no result within 0.2 s'],
])('%s', async (_case, bytes, expected) => {
  const server = await answering(bytes);
  const result = await probe(server.address, expected.startsWith('no result') ? 200 : 5000);
  expect(outcome(result)).toBe(expected);
  expect(JSON.stringify(result)).not.toContain('pas5word');
  expect(Object.keys(result.details).sort()).toEqual(['address', 'lookup']);
  await server.untilLeft();
});

test.each([
  [{ isWritablePrimary: true }, 'it answered hello: it is writable'],
  [{ isWritablePrimary: false, secondary: true }, 'it answered hello: it is a secondary'],
  [{ arbiterOnly: true }, 'it answered hello: it is an arbiter'],
  [{ isreplicaset: true }, 'it answered hello: it is neither writable nor a secondary'],
])('%j is told as a step', async (role, expected) => {
  const server = await answering(answer({ ...role, setName: 'pas5word', ok: 1 }));
  expect((await probe(server.address)).steps.map(({ text }) => text)).toContain(expected);
});

test('documents in documents, as deep as there is room, harm nobody', async () => {
  const server = await answering(raw(deep(8000)));
  expect((await probe(server.address)).success).toBe(false);
  await server.untilLeft();
});

test('sends hello and nothing else', async () => {
  const server = await answering(answer({ ok: 1 }));
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  const sent = Buffer.from(server.received(), 'latin1');
  expect(sent.readInt32LE(0)).toBe(sent.length);
  expect(deserialize(sent.subarray(21))).toEqual({ hello: 1, $db: 'admin' });
});
