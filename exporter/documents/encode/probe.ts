import type { NewDocument } from '../../model/document.ts';
import type { Labels } from '../../model/labels.ts';
import type { ProbeOutcome } from '../../model/probe.ts';
import { redactText } from '../redact.ts';
import { documentId } from './document-id.ts';
import { newDocument } from './new-document.ts';
import { timestampOfSeconds } from './timestamp.ts';

export interface ProbePlace {
  readonly namespace: string;
  /** This exporter's own name: each sees a service from where it stands. */
  readonly exporter: string;
}

/** Whether it becomes a document: each failure, and what ends a row of them. */
export function isDocumentedOutcome({ result, previousSuccess = true }: ProbeOutcome): boolean {
  return !result.success || !previousSuccess;
}

const MAX_FAILURE_CHARACTERS = 2048;

export function encodeProbe(outcome: ProbeOutcome, { namespace, exporter }: ProbePlace): NewDocument {
  const { seriesLabels, result, previousSuccess } = outcome;
  const { probe = '', kind = '', host, name } = seriesLabels;
  const { startedSeconds, durationSeconds, success } = result;
  const timestamp = timestampOfSeconds(startedSeconds);
  // Two containers may ask for a probe of the same name.
  const key = [host, name, probe].filter((part) => part !== undefined).join('/');
  const failure = success ? undefined : redactText(result.failure ?? 'failed', MAX_FAILURE_CHARACTERS);
  return newDocument({
    dataset: 'harborlight.probe',
    namespace,
    id: documentId(exporter, key, timestamp),
    timestamp,
    event: {
      kind: 'event',
      action: success ? 'probe_succeeded_again' : 'probe_failed',
      category: ['network'],
      type: ['info'],
      outcome: success ? 'success' : 'failure',
      start: timestamp,
      duration: Math.round(durationSeconds * 1e9),
    },
    fields: {
      message: failure === undefined ? `probe ${probe} succeeds again` : `probe ${probe} failed: ${failure}`,
      observer: { name: exporter },
      ...targetFields(seriesLabels['target']),
      ...containerOf(seriesLabels),
      ...(failure !== undefined && { error: { message: failure } }),
      harborlight: {
        ...projectOf(seriesLabels),
        probe: { name: probe, kind, ...(previousSuccess !== undefined && { previous_success: previousSuccess }) },
      },
    },
  });
}

const MAX_TARGET_CHARACTERS = 1024;

/** Without credentials; the query was taken off before. */
function targetFields(target: string | undefined): Readonly<Record<string, unknown>> {
  if (target === undefined) return {};
  const shown = redactText(target.replace(/^([\w+.-]{1,32}:\/\/)[^/\s]{1,512}@/, '$1'), MAX_TARGET_CHARACTERS);
  const isUrl = /^[\w+.-]+:\/\//.test(shown);
  return { service: { address: shown }, ...(isUrl && { url: { full: shown } }) };
}

function containerOf({ host, name }: Labels): Readonly<Record<string, unknown>> {
  return {
    ...(host !== undefined && { host: { name: host } }),
    ...(name !== undefined && { container: { name } }),
  };
}

function projectOf({ compose_project, compose_service }: Labels): Readonly<Record<string, unknown>> {
  if (compose_project === undefined && compose_service === undefined) return {};
  return {
    container: {
      ...(compose_project !== undefined && { compose_project }),
      ...(compose_service !== undefined && { compose_service }),
    },
  };
}
