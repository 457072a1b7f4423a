import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/schema.ts';
import type { NewDocument } from './model/document.ts';
import { createLogDocuments, type LogDocuments } from './telemetry/log-documents.ts';
import type { Log } from './telemetry/logger.ts';

/** Our own log among the documents, as long as it is configured to be there. */
export interface OwnLog {
  readonly replace: (config: Config) => Promise<void>;
  /** Resolves when the lines of before are safe, after a second at the latest. */
  readonly stop: () => Promise<void>;
}

export interface OwnLogOptions {
  readonly alsoTo: Log['alsoTo'];
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
  readonly onDropped: (lines: number) => void;
}

export function createOwnLog({ alsoTo, ...keeping }: OwnLogOptions): OwnLog {
  let documents: LogDocuments | undefined;
  let current: ReturnType<typeof partsOf> | undefined;
  return {
    replace: async (config) => {
      const next = partsOf(config);
      if (isDeepStrictEqual(current, next)) return;
      current = next;
      const before = documents;
      const { isOn, ...parts } = next;
      // A sequence of lines that begins anew has ids of its own.
      documents = isOn ? createLogDocuments({ ...parts, bootId: randomUUID(), ...keeping }) : undefined;
      alsoTo(documents);
      await before?.close();
    },
    stop: async () => {
      alsoTo(undefined);
      await documents?.close();
    },
  };
}

function partsOf({ name, sinks, documents: { app: isOn, namespace } }: Config) {
  return { isOn, name, namespace, throughPinoElasticsearch: sinks.some(({ kind }) => kind === 'elasticsearch') };
}
