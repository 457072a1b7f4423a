import { GRPC_SERVING_STATUSES, type GrpcServingStatus } from '../../model/probe.ts';

/** `HealthCheckRequest { string service = 1; }`, in the frame of a message that is not compressed. */
export function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const body = name.length === 0 ? name : Buffer.concat([Buffer.from([SERVICE_TAG]), encodeVarint(name.length), name]);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32BE(body.length, 1);
  return Buffer.concat([frame, body]);
}

/** `HealthCheckResponse { ServingStatus status = 1; }`; throws on what is none, and on more than one message. */
export function decodeResponse(frames: Buffer): GrpcServingStatus {
  if (frames.length < FRAME_BYTES || frames.readUInt8(0) !== 0) throw new Error('read a frame of gRPC');
  if (frames.readUInt32BE(1) !== frames.length - FRAME_BYTES) throw new Error('read one message of gRPC');
  const fields = readFields(frames.subarray(FRAME_BYTES));
  // A field that is not there has its type's zero, and of one that is there twice the last counts.
  const number = fields.findLast(({ tag }) => tag === STATUS_TAG)?.varint ?? 0n;
  // A status that is not known yet is none of those that are well.
  return GRPC_SERVING_STATUSES[Number(number)] ?? 'UNKNOWN';
}

const FRAME_BYTES = 5;
/** Field 1 of the wire types "length-delimited" and "varint". */
const SERVICE_TAG = 0x0a;
const STATUS_TAG = 0x08n;

interface Field {
  readonly tag: bigint;
  readonly varint?: bigint;
}

/** What is not known is read over, as the format wants it. */
function readFields(message: Buffer): readonly Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const { field, end } = readField(message, tag.value, tag.end);
    fields.push(field);
    at = end;
  }
  return fields;
}

function readField(message: Buffer, tag: bigint, at: number): { readonly field: Field; readonly end: number } {
  const skip = (end: number) => {
    if (end > message.length) throw new Error('read a field: it is cut');
    return { field: { tag }, end };
  };
  switch (Number(tag & 7n)) {
    case 0: {
      const { value, end } = readVarint(message, at);
      return { field: { tag, varint: value }, end };
    }
    case 1:
      return skip(at + 8);
    case 2: {
      const { value, end } = readVarint(message, at);
      return skip(end + Number(value));
    }
    case 5:
      return skip(at + 4);
    default:
      throw new Error('read a field of no known type');
  }
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function readVarint(message: Buffer, at: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let index = 0; index < MAX_VARINT_BYTES; index++) {
    const byte = message.readUInt8(at + index);
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  throw new Error('read a number of more than 64 bits');
}

const MAX_VARINT_BYTES = 10;
