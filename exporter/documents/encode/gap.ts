import type { NewDocument } from '../../model/document.ts';
import type { Gap } from '../../model/gap.ts';
import { containerFields, type DocumentContainer } from './container-fields.ts';
import { documentId } from './document-id.ts';
import { newDocument } from './new-document.ts';
import { timestampOfNano } from './timestamp.ts';

export interface GapPlace {
  readonly namespace: string;
  /** The configured name of the engine's host; absent for a stretch of our own. */
  readonly host?: string;
  readonly container?: DocumentContainer;
}

/** A stretch that is missing from the documents, so that nobody takes silence for peace. */
export function encodeGap(gap: Gap, { namespace, host, container }: GapPlace): NewDocument {
  const { source, reason, fromNano, toNano, lost } = gap;
  const to = timestampOfNano(toNano);
  // After a step of a clock it would end before it began.
  const isForward = fromNano !== undefined && BigInt(fromNano) <= BigInt(toNano);
  const from = isForward ? timestampOfNano(fromNano) : undefined;
  const { harborlight, ...fields } = container === undefined ? { harborlight: {} } : containerFields(container);
  return newDocument({
    dataset: 'harborlight.gap',
    namespace,
    id: documentId(source, fromNano ?? '', toNano),
    timestamp: to,
    event: {
      kind: 'event',
      action: 'gap',
      category: ['host'],
      type: ['info'],
      reason,
      ...(from !== undefined && { start: from }),
      end: to,
    },
    fields: {
      message: `${source}: ${reason}, something may be missing ${from === undefined ? 'before' : `from ${from} to`} ${to}`,
      ...(host !== undefined && { host: { name: host } }),
      ...fields,
      harborlight: {
        ...harborlight,
        gap: { source, reason, to, ...(from !== undefined && { from }), ...(lost !== undefined && { lost }) },
      },
    },
  });
}
