import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions } from 'node:tls';
import { type Document, deserialize, Long, serialize } from 'bson';

export interface MongodbStandInOptions {
  /** Added to what it answers `hello` with: `{ isWritablePrimary: false, secondary: true }`. */
  readonly hello?: Document;
  /** Then it speaks only TLS. */
  readonly tls?: SecureContextOptions;
}

export interface MongodbStandIn {
  /** 127.0.0.1:PORT */
  readonly address: string;
  /** Names of the commands that came, in their order. */
  readonly commands: readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * Debian 12 has no MongoDB: a server that says as much of its protocol (OP_MSG, and OP_QUERY for the first hello) as the official
 * driver needs to connect, to ping and to go.
 */
export const startMongodbStandIn = async ({ hello = {}, tls }: MongodbStandInOptions = {}): Promise<MongodbStandIn> => {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const answer = (command: Document): Document => {
    const [name = ''] = Object.keys(command);
    commands.push(name);
    if (/^(hello|ismaster)$/i.test(name)) return { ...HELLO, localTime: new Date(), ...hello };
    if (name === 'ping' || name === 'endSessions') return { ok: 1 };
    return { ok: 0, errmsg: `no such command: '${name}'`, code: 59, codeName: 'CommandNotFound' };
  };
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Clients go as they please.
    socket.on('error', () => undefined);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
        const message = rest.subarray(0, rest.readInt32LE(0));
        rest = rest.subarray(message.length);
        socket.write(reply(message, answer));
      }
    });
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('read the port of a listening server');
  return {
    address: `127.0.0.1:${place.port}`,
    commands,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};

/** As a server of version 7.0 without a replica set has it. */
const HELLO: Document = {
  isWritablePrimary: true,
  ismaster: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  connectionId: Long.fromNumber(7),
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
};

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;

const reply = (message: Buffer, answer: (command: Document) => Document): Buffer => {
  const [requestId, opCode] = [message.readInt32LE(4), message.readInt32LE(12)];
  if (opCode === OP_MSG) {
    // Flags and the kind of the first section, which is the command.
    const command = deserialize(message.subarray(HEADER_BYTES + 5), { allowObjectSmallerThanBufferSize: true });
    return encode({ opCode, requestId, prelude: Buffer.alloc(5), document: answer(command) });
  }
  if (opCode !== OP_QUERY) throw new Error(`a message of kind ${opCode} came`);
  // Flags, the collection's name, two numbers, the command.
  const commandAt = message.indexOf(0, HEADER_BYTES + 4) + 1 + 8;
  const command = deserialize(message.subarray(commandAt), { allowObjectSmallerThanBufferSize: true });
  // Flags, a cursor, its start; one document.
  const prelude = Buffer.alloc(20);
  prelude.writeInt32LE(1, 16);
  return encode({ opCode: OP_REPLY, requestId, prelude, document: answer(command) });
};

interface Reply {
  readonly opCode: number;
  readonly requestId: number;
  readonly prelude: Buffer;
  readonly document: Document;
}

const encode = ({ opCode, requestId, prelude, document }: Reply): Buffer => {
  const body = serialize(document);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + prelude.length + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, prelude, body]);
};
