import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSimulatedEngine, type EngineOptions, type SimulatedEngine } from '../../../exporter/demo/engine.ts';
import type { ApiServer } from '../../../exporter/demo/http/server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Of a JSON body. */
  readonly json: unknown;
}

export interface GetOptions {
  readonly signal?: AbortSignal;
  readonly method?: string;
  readonly onData?: (chunk: Buffer) => void;
}

export type Get = (path: string, options?: GetOptions) => Promise<Answer>;

/** An engine on a socket of its own, ended with the test. */
export async function serveEngine(
  options?: EngineOptions,
): Promise<{ engine: SimulatedEngine; get: Get; socketPath: string }> {
  const engine = createSimulatedEngine(options);
  const socketPath = await serve(engine);
  return { engine, get: clientOf(socketPath), socketPath };
}

/** Any server of the kind on a socket of its own, ended with the test. Gives the socket's path. */
export async function serve(server: ApiServer): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-'));
  const socketPath = join(folder, 'engine.sock');
  await server.listen({ socketPath });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return socketPath;
}

/** Rejects when the connection ends before the answer does. */
export function clientOf(socketPath: string): Get {
  return (path, { signal, method = 'GET', onData } = {}) =>
    new Promise((resolve, reject) => {
      const call = request({ socketPath, path, method, agent: false, ...(signal ? { signal } : {}) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          onData?.(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          const { statusCode: status = 0, headers } = response;
          resolve({
            status,
            headers,
            body,
            get json(): unknown {
              const value: unknown = JSON.parse(body.toString());
              return value;
            },
          });
        });
      });
      call.on('error', reject).end();
    });
}

/** Time that only the test moves, in seconds. */
export function standingTime(): { readonly sourceNano: () => bigint; readonly pass: (seconds: number) => void } {
  let nano = 1_795_222_000n * 1_000_000_000n;
  return {
    sourceNano: () => nano,
    pass: (seconds) => {
      nano += BigInt(Math.round(seconds * 1e9));
    },
  };
}

/** The lines of a stream, as JSON. */
export function jsonLines(body: Buffer): readonly unknown[] {
  const lines = body
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line): unknown => JSON.parse(line));
}

/** What stands at a path in JSON; undefined when there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inside, key) => (inside as Record<string | number, unknown> | undefined)?.[key], value);
}

/** The values at a path in each element. */
export function each(values: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  return (values as readonly unknown[]).map((value) => at(value, ...path));
}

/** A time as the API takes it. */
export function timeText(nano: bigint): string {
  return `${nano / 1_000_000_000n}.${String(nano % 1_000_000_000n).padStart(9, '0')}`;
}

/** The events that an engine still remembers, oldest first. */
export async function pastEvents(engine: SimulatedEngine, get: Get, query = ''): Promise<readonly unknown[]> {
  const { body } = await get(`/events?since=1&until=${timeText(engine.clock.nowNano())}${query}`);
  return jsonLines(body);
}
