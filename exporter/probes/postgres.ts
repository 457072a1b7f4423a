import { addressWithPort } from './address.ts';
import type { Attempt } from './attempt.ts';
import { ProbeFailure } from './failure.ts';
import type { TlsOptions } from './net/tls-options.ts';
import { defineKind } from './probe-kind.ts';
import { converse, type Wire } from './wire/conversation.ts';
import { serverError } from './wire/server-error.ts';
import { serverOnContainer, serverOptions } from './wire/server-options.ts';

export const postgres = defineKind({
  name: 'postgres',
  summary: 'Begins a session with a PostgreSQL server. Without a login: one that wants or refuses it is up.',
  targetOption: 'address',
  target: () => addressWithPort('Whom to connect to; usually port 5432.'),
  options: serverOptions,
  onContainer: serverOnContainer(5432),
  run: (attempt, target, { ip, tls }) =>
    converse(attempt, { target, ip }, async (wire) => {
      if (tls !== undefined) await askForTls(wire, tls);
      wire.send(startup());
      attempt.step('began a session as harborlight');
      await untilJudged(attempt, wire);
    }),
});

/** A session has about 16 messages before its first query. */
const MAX_MESSAGES = 100;
/** libpq takes a longer error for one of a server before 7.4. */
const MAX_MESSAGE_BYTES = 30_000;
const SSL_REQUEST = 80_877_103;
const PROTOCOL_3_0 = 0x0003_0000;

async function askForTls(wire: Wire, tls: TlsOptions): Promise<void> {
  wire.send(int32s(8, SSL_REQUEST));
  const answer = (await wire.read(1)).toString('latin1');
  if (answer === 'N') throw new ProbeFailure('it speaks no TLS');
  if (answer !== 'S') throw new ProbeFailure('the answer to the request for TLS is not one of PostgreSQL');
  await wire.startTls(tls);
}

/** The database `postgres` is nearly always there: where harborlight may log in, nothing is logged for want of one. */
function startup(): Buffer {
  const parameters = Buffer.from('user\0harborlight\0database\0postgres\0\0');
  return Buffer.concat([int32s(8 + parameters.length, PROTOCOL_3_0), parameters]);
}

/**
 * Until the server wants something of us, or says no. A login that is begun ends without a word: any message but a password
 * would be logged as a violation of the protocol, an end is not.
 */
async function untilJudged(attempt: Attempt, wire: Wire): Promise<void> {
  for (let count = 0; count < MAX_MESSAGES; count++) {
    const { type, body } = await readMessage(wire);
    if (type === 'E') {
      judgeError(attempt, body);
      return;
    }
    const method = type === 'R' ? body.readInt32BE(0) : AUTHENTICATION_OK;
    if (method !== AUTHENTICATION_OK) {
      attempt.step(`it wants ${LOGINS.get(method) ?? 'a login'}`);
      return;
    }
    if (type === 'Z') {
      wire.send(Buffer.from([0x58, 0, 0, 0, 4]));
      attempt.step('it let harborlight in; ended the session');
      return;
    }
  }
  throw new ProbeFailure(`nothing is settled after ${MAX_MESSAGES} messages`);
}

const AUTHENTICATION_OK = 0;
const LOGINS: ReadonlyMap<number, string> = new Map([
  [3, 'a password in clear text'],
  [5, 'a password by MD5'],
  [7, 'a login by GSSAPI'],
  [9, 'a login by SSPI'],
  [10, 'a login by SASL'],
]);

/** Authentication, ready for query, error, notice, status of a parameter, key data, version of the protocol. */
const TYPES = 'RZENSKv';
/** Shortest bodies of those that are read. */
const MIN_BYTES: ReadonlyMap<string, number> = new Map([['R', 4]]);

interface Message {
  readonly type: string;
  readonly body: Buffer;
}

async function readMessage(wire: Wire): Promise<Message> {
  const header = await wire.read(5);
  const type = header.toString('latin1', 0, 1);
  if (!TYPES.includes(type)) throw new ProbeFailure('the answer is not one of PostgreSQL');
  const bytes = header.readInt32BE(1) - 4;
  // One that cannot even start a process for us says so in text alone.
  if (type === 'E' && bytes > MAX_MESSAGE_BYTES) throw serverError(undefined);
  if (bytes > MAX_MESSAGE_BYTES || bytes < (MIN_BYTES.get(type) ?? 0)) {
    throw new ProbeFailure(`a message of ${bytes} bytes is not one of PostgreSQL`);
  }
  return { type, body: await wire.read(bytes) };
}

/** Classes: 28 is a login that is refused, 3D a database that is not there. */
const REFUSAL = /^(28|3D)/;

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['08P01', 'it does not understand the protocol'],
  ['0A000', 'it does not know this version of the protocol'],
  ['53300', 'too many clients'],
  ['57P01', 'an administrator ended the connection'],
  ['57P02', 'another of its processes crashed'],
  ['57P03', 'it is starting up, shutting down or recovering'],
]);
const CLASS_MEANINGS: ReadonlyMap<string, string> = new Map([
  ['53', 'it lacks resources'],
  ['58', 'its system fails'],
  ['XX', 'it has an internal error'],
]);

function judgeError(attempt: Attempt, body: Buffer): void {
  const code = sqlStateOf(body);
  if (code === undefined) throw serverError(undefined);
  if (!REFUSAL.test(code)) throw serverError(code, MEANINGS.get(code) ?? CLASS_MEANINGS.get(code.slice(0, 2)));
  attempt.step(`it answered ${code}: it is up and refuses the login`);
}

/** Fields are a letter and a text that ends with a zero; `C` is the SQLSTATE. */
function sqlStateOf(body: Buffer): string | undefined {
  const fields = body.toString('latin1').split('\0');
  const code = fields.find((field) => field.startsWith('C'))?.slice(1);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function int32s(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 4 * index);
  return bytes;
}
