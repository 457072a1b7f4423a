import { ProbeFailure } from '../failure.ts';
import type { Wire } from './conversation.ts';

/** How the payload of each packet is numbered: a side goes on from the number of the other. */
export interface Packet {
  readonly sequence: number;
  readonly payload: Buffer;
}

export interface Greeting {
  readonly version: string;
  readonly speaksTls: boolean;
}

/** A greeting has about 100 bytes, an error at most 521. */
const MAX_PACKET_BYTES = 4096;
const PROTOCOL_VERSION = 10;

const CLIENT_LONG_PASSWORD = 0x0000_0001;
const CLIENT_PROTOCOL_41 = 0x0000_0200;
const CLIENT_SSL = 0x0000_0800;
const CLIENT_SECURE_CONNECTION = 0x0000_8000;
const CLIENT_PLUGIN_AUTH = 0x0008_0000;
const CAPABILITIES = CLIENT_LONG_PASSWORD | CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;
/** utf8mb4_general_ci: MariaDB and MySQL both know it. */
const CHARACTER_SET = 45;

export async function readPacket(wire: Wire): Promise<Packet> {
  const header = await wire.read(4);
  const bytes = header.readUIntLE(0, 3);
  if (bytes === 0 || bytes > MAX_PACKET_BYTES) throw new ProbeFailure('the answer is not one of MySQL');
  return { sequence: header.readUInt8(3), payload: await wire.read(bytes) };
}

export function encodePacket(sequence: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence & 0xff, 3);
  return Buffer.concat([header, payload]);
}

/** Version of the protocol, of the server (ends with a zero), thread, 8 bytes of salt, a zero, capabilities … */
export function parseGreeting(payload: Buffer): Greeting {
  const end = payload.indexOf(0, 1);
  const capabilitiesAt = end + 1 + 4 + 8 + 1;
  if (payload.readUInt8(0) !== PROTOCOL_VERSION || end === -1 || payload.length < capabilitiesAt + 2) {
    throw new ProbeFailure('the greeting is not one of MySQL');
  }
  const capabilities = payload.readUInt16LE(capabilitiesAt);
  return { version: payload.toString('latin1', 1, end), speaksTls: (capabilities & CLIENT_SSL) !== 0 };
}

/** The head of a login, which alone is sent to ask for TLS. */
export function encodeTlsRequest(): Buffer {
  return loginHead(CAPABILITIES | CLIENT_SSL);
}

/** A login without a password. */
export function encodeLogin(user: string, { byTls }: { readonly byTls: boolean }): Buffer {
  const head = loginHead(byTls ? CAPABILITIES | CLIENT_SSL : CAPABILITIES);
  // The lone zero is the length of the answer to the salt.
  return Buffer.concat([head, Buffer.from(`${user}\0\0mysql_native_password\0`)]);
}

function loginHead(capabilities: number): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(capabilities, 0);
  head.writeUInt32LE(MAX_PACKET_BYTES, 4);
  head.writeUInt8(CHARACTER_SET, 8);
  return head;
}
