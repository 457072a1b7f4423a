import { once } from 'node:events';
import { type MessageEvent, WebSocket } from 'undici';
import { z } from 'zod';

/** One conversation with the inspector of a Node.js process. */
export interface Inspector {
  /** Asks for a method of the DevTools protocol. */
  readonly ask: (method: string, params?: object) => Promise<unknown>;
  /** The JSON value of an expression there. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly close: () => void;
}

const targets = z.tuple([z.object({ webSocketDebuggerUrl: z.string() })]);
const message = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.object({ id: z.number().optional(), result: z.unknown() }));
const evaluated = z.object({ result: z.object({ value: z.unknown() }) });

export const openInspector = async (port: number): Promise<Inspector> => {
  const [{ webSocketDebuggerUrl }] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
  const socket = new WebSocket(webSocketDebuggerUrl);
  await once(socket, 'open');
  let lastId = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> => {
    const id = ++lastId;
    const answered = new Promise<unknown>((resolve) => {
      const listen = ({ data }: MessageEvent) => {
        const answer = message.parse(data);
        if (answer.id !== id) return;
        socket.removeEventListener('message', listen);
        resolve(answer.result);
      };
      socket.addEventListener('message', listen);
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  return {
    ask,
    evaluate: async (expression) =>
      evaluated.parse(await ask('Runtime.evaluate', { expression, returnByValue: true })).result.value,
    close: () => socket.close(),
  };
};
