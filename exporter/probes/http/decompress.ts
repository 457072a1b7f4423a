import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { ProbeFailure } from '../failure.ts';
import { type Body, readBody } from './body.ts';
import type { Compression } from './options.ts';

/** What a body says once it is decompressed, cut as every body is: a few bytes may stand for gigabytes. */
export async function decompress({ bytes, isCut }: Body, compression: Compression): Promise<Body> {
  if (bytes.length === 0) return { bytes, isCut };
  const stream = createDecompression(compression, { bytes, isCut });
  stream.end(bytes);
  const whole = await readBody(stream, () => undefined).catch((cause: unknown) => {
    throw new ProbeFailure(`the body is not ${compression} as it says`, { cause });
  });
  return { bytes: whole.bytes, isCut: isCut || whole.isCut };
}

function createDecompression(compression: Compression, { bytes, isCut }: Body): Transform {
  // Of what was cut the end is missing, which else is a fault.
  const options = isCut ? { finishFlush: constants.Z_SYNC_FLUSH } : {};
  switch (compression) {
    case 'gzip':
      return createGunzip(options);
    case 'deflate':
      // Meant with the head of zlib (RFC 9110), and sent without by some.
      return isZlib(bytes) ? createInflate(options) : createInflateRaw(options);
    case 'br':
      return createBrotliDecompress(isCut ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {});
    default:
      return compression satisfies never;
  }
}

/** RFC 1950: method 8, and the first two bytes are a multiple of 31. */
function isZlib(bytes: Buffer): boolean {
  return bytes.length >= 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}
