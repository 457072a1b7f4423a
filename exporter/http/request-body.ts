import type { IncomingMessage } from 'node:http';
import { HttpFault } from './fault.ts';

/** The bytes of a request; refuses what is longer, and what does not end. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not by iteration: giving that up would cut the connection before the answer.
  await new Promise<void>((resolve, reject) => {
    const fail = (fault: HttpFault) => {
      request.pause();
      reject(fault);
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) fail(new HttpFault(413, 'The body is too long.', { Connection: 'close' }));
      else chunks.push(chunk);
    });
    request.once('end', resolve);
    request.once('error', () => fail(new HttpFault(400, 'The body did not end.')));
    request.once('close', () => fail(new HttpFault(400, 'The body did not end.')));
  });
  return Buffer.concat(chunks);
}
