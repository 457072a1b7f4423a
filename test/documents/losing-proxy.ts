import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Stands before a store and passes everything on, but for answers that it is told to lose. */
export interface LosingProxy {
  readonly url: string;
  /** The store does what so many bulk requests ask for, and who sent them never hears of it. */
  readonly lose: (bulkAnswers: number) => void;
  readonly lost: () => number;
  readonly stop: () => Promise<void>;
}

export const startLosingProxy = async (target: string): Promise<LosingProxy> => {
  const { hostname, port } = new URL(target);
  let toLose = 0;
  let lost = 0;
  const server = createServer((asked, answer) => {
    const pass = async () => {
      const { method, url = '/', headers } = asked;
      const isLost = url.startsWith('/_bulk') && toLose > 0;
      if (isLost) toLose--;
      const passed = request({ host: hostname, port, method, path: url, headers, agent: false });
      passed.end(await buffer(asked));
      const got = await new Promise<IncomingMessage>((resolve, reject) =>
        passed.on('response', resolve).on('error', reject),
      );
      const body = await buffer(got);
      if (isLost) {
        lost++;
        asked.socket.destroy();
        return;
      }
      answer.writeHead(got.statusCode ?? 502, got.headers);
      answer.end(body);
    };
    pass().catch(() => asked.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It listens on a port.
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    lose: (bulkAnswers) => {
      toLose = bulkAnswers;
    },
    lost: () => lost,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
