import type { TLSSocket } from 'node:tls';
import { addressWithPort } from './address.ts';
import type { Attempt } from './attempt.ts';
import { ProbeFailure } from './failure.ts';
import { requireTrust } from './net/secure.ts';
import type { TlsOptions } from './net/tls-options.ts';
import { defineKind } from './probe-kind.ts';
import { converse, type Wire } from './wire/conversation.ts';
import {
  encodeLogin,
  encodePacket,
  encodeTlsRequest,
  type Greeting,
  type Packet,
  parseGreeting,
  readPacket,
} from './wire/mysql-packets.ts';
import { serverError } from './wire/server-error.ts';
import { serverOnContainer, serverOptions } from './wire/server-options.ts';

/**
 * A client that goes away in the middle of a login counts as an interrupted one, and after `max_connect_errors` of these (100)
 * the server blocks our host, for everybody on it. So a login that is begun is brought to its end, also where it is known
 * already that the probe fails.
 */
export const mysql = defineKind({
  name: 'mysql',
  summary: 'Logs in to a MySQL or MariaDB server. Without a password: one that refuses it is up.',
  targetOption: 'address',
  target: () => addressWithPort('Whom to connect to; usually port 3306.'),
  options: serverOptions,
  onContainer: serverOnContainer(3306),
  run: (attempt, target, { ip, tls }) =>
    converse(attempt, { target, ip }, async (wire) => {
      const first = await readPacket(wire);
      if (isError(first)) {
        judgeError(attempt, first);
        return;
      }
      const greeting = parseGreeting(first.payload);
      attempt.step(`it is ${tellVersion(greeting)}`);
      await logIn(attempt, wire, { greeting, sequence: first.sequence, tls });
    }),
});

interface Login {
  readonly greeting: Greeting;
  readonly sequence: number;
  readonly tls: TlsOptions | undefined;
}

async function logIn(attempt: Attempt, wire: Wire, { greeting, sequence, tls }: Login): Promise<void> {
  let next = sequence + 1;
  let secure: TLSSocket | undefined;
  if (tls !== undefined && greeting.speaksTls) {
    wire.send(encodePacket(next++, encodeTlsRequest()));
    // There is no secret in what follows, so it is said to anybody; whether he is believed is asked at the end.
    secure = await wire.startTls({ ...tls, verify: false });
  }
  wire.send(encodePacket(next, encodeLogin('harborlight', { byTls: secure !== undefined })));
  const end = await untilSettled(attempt, wire);
  if (!isError(end)) {
    wire.send(encodePacket(0, Buffer.from([COM_QUIT])));
    attempt.step('it let harborlight in; ended the session');
  } else {
    judgeError(attempt, end);
  }
  if (tls === undefined) return;
  if (secure === undefined) throw new ProbeFailure('it speaks no TLS');
  requireTrust(secure, tls);
}

const COM_QUIT = 0x01;
const OK = 0x00;
const SWITCH = 0xfe;
const ERROR = 0xff;
/** Whoever asks by PAM may ask more than once. */
const MAX_ROUNDS = 10;

/** A name that nobody has is asked in the way of some other account, so that it does not show: each has to be answered. */
async function untilSettled(attempt: Attempt, wire: Wire): Promise<Packet> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const packet = await readPacket(wire);
    const kind = packet.payload.readUInt8(0);
    if (kind === OK || kind === ERROR) return packet;
    // Anything else is a question of the way that it switched to.
    const answer = kind === SWITCH ? ANSWERS.get(pluginOf(packet)) : undefined;
    wire.send(encodePacket(packet.sequence + 1, answer ?? EMPTY_TEXT));
    attempt.step('it asked in another way; answered without a password');
  }
  throw new ProbeFailure(`nothing is settled after ${MAX_ROUNDS} rounds of the login`);
}

/** No password, as most ways to log in have it. */
const EMPTY_TEXT = Buffer.of(0);
const NOTHING = Buffer.alloc(0);
/** What these do not take for an answer to the login counts as interrupted. */
const ANSWERS: ReadonlyMap<string, Buffer> = new Map([
  ['mysql_native_password', NOTHING],
  ['mysql_old_password', NOTHING],
  // A switch without a name: to the way of before 4.1.
  ['', NOTHING],
  // A signature, which is a false one.
  ['client_ed25519', Buffer.alloc(64)],
]);

function pluginOf({ payload }: Packet): string {
  return payload.toString('latin1', 1).replace(/\0.*$/s, '');
}

function isError({ payload }: Packet): boolean {
  return payload.readUInt8(0) === ERROR;
}

/** It speaks, and does not let us in: for the account, its database, its missing password, our host, or as it is locked. */
const REFUSALS: ReadonlySet<number> = new Set([1044, 1045, 1698, 1130, 3118, 4151]);

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [1040, 'too many connections'],
  [1043, 'it does not understand the login'],
  [1053, 'it is shutting down'],
  [1129, 'it has blocked this host for interrupted connections, until FLUSH HOSTS'],
  [1203, 'too many connections of this account'],
  [1226, 'a limit of this account is used up'],
  [1251, 'it wants another way to log in'],
  [1275, 'it asks for a password of before 4.1, and forbids it'],
  [3159, 'it takes connections by TLS only'],
]);

function judgeError(attempt: Attempt, { payload }: Packet): void {
  if (payload.length < 3) throw serverError(undefined);
  const number = payload.readUInt16LE(1);
  if (!REFUSALS.has(number)) throw serverError(number, MEANINGS.get(number));
  attempt.step(`it answered ${number}: it is up and refuses the login`);
}

/** A version is public; what is none is not told. */
function tellVersion({ version }: Greeting): string {
  return /^[\w.+~:-]{1,80}$/.test(version) ? version : 'a server without a readable version';
}
