import { randomInt } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { Answer, DecodedPacket, RecordType } from 'dns-packet';
import { loadWhenUsed } from '../../util/load-when-used.ts';
import { ProbeFailure } from '../failure.ts';

export interface Question {
  /** As it goes over the wire: ASCII, without a dot at its end. */
  readonly name: string;
  readonly type: RecordType;
  readonly recursion: boolean;
}

export interface Response {
  /** NOERROR, NXDOMAIN … */
  readonly rcode: string;
  readonly isTruncated: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

/** Undefined for a text that is no name. The root is `.`; underscores and stars, which no host has, are fine. */
export function readQueryName(text: string): string | undefined {
  const plain = text.replace(/\.$/, '');
  if (plain === '') return text === '.' ? '.' : undefined;
  // A name beyond ASCII is an international one (RFC 5891), in which there is nothing else than in a host's.
  const name = /^[\x21-\x7e]+$/.test(plain) ? plain : domainToASCII(plain);
  const labels = name.split('.');
  return labels.every((label) => label.length >= 1 && label.length <= 63) && name.length <= 253 ? name : undefined;
}

/** A query, and how to know its answer. */
export function encodeQuestion({ name, type, recursion }: Question) {
  const { encode, RECURSION_DESIRED } = loadWhenUsed('dns-packet');
  const id = randomInt(0x1_0000);
  const query = encode({
    type: 'query',
    id,
    flags: recursion ? RECURSION_DESIRED : 0,
    questions: [{ name, type, class: 'IN' }],
  });
  return {
    query,
    /** Its number, and that it is an answer: all that a forger has to guess, so cheaper than to read the rest. */
    isAnswer: (message: Buffer) =>
      message.length >= HEADER_BYTES && message.readUInt16BE(0) === id && message.readUInt8(2) >= 0x80,
  };
}

const HEADER_BYTES = 12;

/** Throws a ProbeFailure for what is no answer to the question. */
export function decodeResponse(message: Buffer, { name, type }: Question): Response {
  const packet = decodePacket(message);
  const [asked] = packet.questions ?? [];
  const isOther = asked !== undefined && (asked.type !== type || asked.name.toLowerCase() !== name.toLowerCase());
  if (isOther) throw new ProbeFailure('the answer is to another question');
  return {
    rcode: packet.rcode,
    isTruncated: packet.flag_tc,
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    additionals: packet.additionals ?? [],
  };
}

function decodePacket(message: Buffer): DecodedPacket & { readonly rcode: string } {
  const { decode } = loadWhenUsed('dns-packet');
  try {
    // Its types leave out what it makes of the answer's code.
    const packet = decode(message) as DecodedPacket & { readonly rcode: string };
    // It reads addresses beyond the end, and says so here.
    if (decode.bytes > message.length) throw new Error('read a message of DNS: it is cut');
    return packet;
  } catch (cause) {
    throw new ProbeFailure('the answer cannot be read', { cause });
  }
}
