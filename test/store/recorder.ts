import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SeenRequest } from './index.ts';
import { asObject, textOf } from './json.ts';
import type { ReadBody } from './read-body.ts';

/** Notes what came. */
export interface Recorder {
  readonly add: (
    request: IncomingMessage,
    line: Pick<SeenRequest, 'method' | 'path' | 'query'>,
    response: ServerResponse,
    body: ReadBody,
  ) => void;
  readonly all: () => readonly SeenRequest[];
}

export const createRecorder = (): Recorder => {
  const seen: SeenRequest[] = [];
  return {
    add: ({ headers }, line, response, { wireBytes, bytes }) => {
      const isBulk = line.path.endsWith('/_bulk');
      let status: number | undefined;
      // Not where the connection ends first.
      response.once('finish', () => {
        status = response.statusCode;
      });
      seen.push({
        ...line,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()])),
        wireBytes,
        bodyBytes: bytes.length,
        body: isBulk ? '' : bytes.toString(),
        ids: isBulk ? idsOf(bytes.toString()) : [],
        status: () => status,
      });
    },
    all: () => [...seen],
  };
};

/** From the action lines, which begin with their action. */
const idsOf = (body: string): readonly string[] =>
  [...body.matchAll(/^\{"(?:create|index|update|delete)":(\{.*\})\}$/gm)].flatMap(([, meta = '']) => {
    try {
      const { _id: id } = asObject(JSON.parse(meta));
      return id === undefined ? [] : [textOf(id)];
    } catch {
      // A document that begins like one.
      return [];
    }
  });
