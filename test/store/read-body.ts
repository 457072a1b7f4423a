import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { FlavourFacts } from './flavour.ts';
import { StoreError } from './store-error.ts';

export interface ReadBody {
  readonly wireBytes: number;
  readonly bytes: Buffer;
}

/** Why there is no body: the answer to give, or none at all. */
export class UnreadableBody extends Error {
  readonly answer: StoreError | 'too-large' | 'close';

  constructor(answer: UnreadableBody['answer']) {
    super('a body that cannot be read');
    this.name = 'UnreadableBody';
    this.answer = answer;
  }
}

/** A request's body, inflated; it counts as it is then. */
export const readBody = async (
  request: IncomingMessage,
  { product }: FlavourFacts,
  maxBytes: number,
): Promise<ReadBody> => {
  const wire = await buffer(request);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (wire.length > maxBytes) throw new UnreadableBody('too-large');
  if (encoding === 'identity' || wire.length === 0) return { wireBytes: wire.length, bytes: wire };
  const decode = DECODERS[encoding];
  if (decode === undefined) {
    // Seen with zstd: OpenSearch closes the connection.
    throw new UnreadableBody(product === 'opensearch' ? 'close' : refuse(`unsupported content-encoding [${encoding}]`));
  }
  const bytes = await decode(wire, { maxOutputLength: maxBytes }).catch((error: unknown) => {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw new UnreadableBody(isTooLarge ? 'too-large' : refuse('the body is cut short'));
  });
  return { wireBytes: wire.length, bytes };
};

const DECODERS: Readonly<Record<string, (wire: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
};

const refuse = (reason: string): StoreError => new StoreError(400, 'illegal_argument_exception', reason);
