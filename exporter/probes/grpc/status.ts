import { constants, type IncomingHttpHeaders } from 'node:http2';

/** Codes of gRPC that this end gives as well. */
export const GRPC_STATUS = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export function statusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/** What the server says itself; undefined when it does not, or nothing that gRPC knows. */
export function statusOf(headers: IncomingHttpHeaders): number | undefined {
  const text = headers['grpc-status'];
  const code = typeof text === 'string' && /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return code < NAMES.length ? code : undefined;
}

/** Of an answer that is not gRPC's, as its mapping from HTTP has it. */
export function statusOfHttp(status: number | undefined): number {
  return HTTP.get(status) ?? GRPC_STATUS.UNKNOWN;
}

const HTTP: ReadonlyMap<number | undefined, number> = new Map([
  [400, GRPC_STATUS.INTERNAL],
  [401, GRPC_STATUS.UNAUTHENTICATED],
  [403, GRPC_STATUS.PERMISSION_DENIED],
  [404, GRPC_STATUS.UNIMPLEMENTED],
  [429, GRPC_STATUS.UNAVAILABLE],
  [502, GRPC_STATUS.UNAVAILABLE],
  [503, GRPC_STATUS.UNAVAILABLE],
  [504, GRPC_STATUS.UNAVAILABLE],
]);

/** Of a stream that the server reset, as the protocol over HTTP/2 maps it. */
export function statusOfReset(code: number): number {
  return RESETS.get(code) ?? GRPC_STATUS.INTERNAL;
}

const RESETS: ReadonlyMap<number, number> = new Map([
  [constants.NGHTTP2_REFUSED_STREAM, GRPC_STATUS.UNAVAILABLE],
  [constants.NGHTTP2_CANCEL, GRPC_STATUS.CANCELLED],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, GRPC_STATUS.RESOURCE_EXHAUSTED],
  [constants.NGHTTP2_INADEQUATE_SECURITY, GRPC_STATUS.PERMISSION_DENIED],
]);
