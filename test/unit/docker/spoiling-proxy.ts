import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface SpoilingProxy {
  /** unix://… */
  readonly url: string;
  /** What the engine tells of its events from now on comes so. */
  readonly spoil: (spoilt: Spoilt) => void;
}

type Spoilt = (told: string) => string;

/** Before an engine's socket; ended with the test. */
export async function startSpoilingProxy(engineSocketPath: string): Promise<SpoilingProxy> {
  const directory = mkdtempSync(join(tmpdir(), 'spoiling-proxy-'));
  const socketPath = join(directory, 'docker.sock');
  let spoilt: Spoilt = (told) => told;
  const server = createServer(({ url = '', method }, response) => {
    const call = request({ socketPath: engineSocketPath, path: url, method, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers).flushHeaders();
      const isEvents = url.includes('/events?');
      answer.on('data', (chunk: Buffer) => {
        response.write(isEvents ? spoilt(chunk.toString()) : chunk);
      });
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
    });
    call.on('error', () => response.destroy()).end();
    response.on('close', () => call.destroy());
  });
  server.listen(socketPath);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(directory, { recursive: true });
  });
  return {
    url: `unix://${socketPath}`,
    spoil: (how) => {
      spoilt = how;
    },
  };
}
