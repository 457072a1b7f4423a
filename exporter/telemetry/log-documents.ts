import { encodeApp } from '../documents/encode/app.ts';
import type { NewDocument } from '../model/document.ts';
import { createLogQueue } from './log-queue.ts';
import { type LogPipe, openElasticsearchPipe } from './through-pino-elasticsearch.ts';

/** Where a logger writes its lines to, ECS as JSON, one a call. */
export interface LogDestination {
  readonly write: (line: string) => void;
}

export interface LogDocuments extends LogDestination {
  /** Resolves when everything is kept, after a second at the latest. */
  readonly close: () => Promise<void>;
}

export interface LogDocumentsOptions {
  /** Where a sink is Elasticsearch: the library forms the requests, we keep what is in them. */
  readonly throughPinoElasticsearch: boolean;
  readonly namespace: string;
  /** This exporter's own name. */
  readonly name: string;
  /** No other process has the same. */
  readonly bootId: string;
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
  /** So many lines are in no document, because nothing could be kept for too long. */
  readonly onDropped: (lines: number) => void;
}

/** To end in less than two seconds with all else there is to do. */
const CLOSE_MS = 900;

/**
 * Our own log as documents. What tells of a sink's own failure is not among them (R57): each failure to send would
 * make one more document to send.
 */
export function createLogDocuments(options: LogDocumentsOptions): LogDocuments {
  const { throughPinoElasticsearch, namespace, name: exporter, bootId, append, onDropped } = options;
  const queue = createLogQueue({ append, onDropped });
  const pipe: LogPipe = throughPinoElasticsearch
    ? openElasticsearchPipe({ namespace, onDocuments: queue.add })
    : { write: (document) => queue.add([document]), close: () => Promise.resolve() };
  let sequence = 0;
  return {
    write: (line) => {
      const fields = parseFields(line);
      if (fields === undefined || fields['harborlight.sink_failure'] === true) return;
      pipe.write(encodeApp(fields, { namespace, exporter, bootId, sequence: sequence++ }));
    },
    close: async () => {
      const untilMs = performance.now() + CLOSE_MS;
      await pipe.close(CLOSE_MS / 2);
      await queue.close(untilMs - performance.now());
    },
  };
}

function parseFields(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    // The logger writes one object a line.
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
