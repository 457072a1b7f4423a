import type { Alert } from '../../model/alert.ts';
import type { NewDocument } from '../../model/document.ts';
import { redactText } from '../redact.ts';
import { documentId } from './document-id.ts';
import { newDocument } from './new-document.ts';
import { timestampOfText } from './timestamp.ts';

/** One alert of a notification. Whoever repeats it, and through whichever Alertmanager, it is one document. */
export function encodeAlert(alert: Alert, { namespace }: { readonly namespace: string }): NewDocument {
  const { status, fingerprint } = alert;
  const start = timestampOfText(alert.startsAt);
  // While it fires Alertmanager tells when it would be forgotten, or nothing.
  const end = status === 'resolved' ? timestampOfText(alert.endsAt) : undefined;
  if (start === undefined) throw new Error('encode an alert: it has no start');
  const [labels, annotations] = [redactValues(alert.labels), redactValues(alert.annotations)];
  const severity = SEVERITIES.get(labels['severity'] ?? '');
  return newDocument({
    dataset: 'harborlight.alert',
    namespace,
    id: documentId(fingerprint, start, status),
    timestamp: end ?? start,
    event: {
      kind: 'alert',
      action: `alert_${status}`,
      start,
      ...(end !== undefined && { end }),
      ...(severity !== undefined && { severity }),
    },
    fields: {
      ...ruleOf(labels, annotations, status),
      ...subjectOf(labels),
      labels,
      harborlight: { ...projectOf(labels), alert: { fingerprint, status, annotations } },
    },
  });
}

type Texts = Readonly<Record<string, string>>;

function ruleOf(labels: Texts, annotations: Texts, status: Alert['status']) {
  const name = labels['alertname'] ?? 'alert';
  const summary = annotations['summary'] ?? annotations['description'];
  const category = labels['category'];
  const reference = annotations['runbook_url'];
  return {
    message: `${name} ${status}${summary === undefined ? '' : `: ${summary}`}`,
    rule: {
      name,
      ...(category !== undefined && { category }),
      ...(reference !== undefined && { reference }),
    },
  };
}

/** A number, as ECS wants it: the higher, the worse. */
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ['info', 1],
  ['warning', 2],
  ['error', 3],
  ['critical', 4],
]);

/** Of one label or annotation; a store takes no keyword of more than 32,766 bytes. */
const MAX_CHARACTERS = 4096;

function redactValues(texts: Texts): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      // A value says nothing of what it is: its name does.
      SECRET_NAME.test(key) ? '[redacted]' : redactText(text, MAX_CHARACTERS),
    ]),
  );
}

const SECRET_NAME = /(?:password|passwd|passphrase|secret|token|credentials?|api[_-]?key|private[_-]?key)$/i;

/** What our own metrics call host, name and project; an alert on another exporter's may use the words differently. */
function subjectOf({ host, name, compose_service }: Texts) {
  return {
    ...(host !== undefined && { host: { name: host } }),
    ...(name !== undefined && { container: { name } }),
    ...(compose_service !== undefined && { service: { name: compose_service } }),
  };
}

function projectOf({ compose_project, compose_service }: Texts) {
  if (compose_project === undefined && compose_service === undefined) return {};
  return {
    container: {
      ...(compose_project !== undefined && { compose_project }),
      ...(compose_service !== undefined && { compose_service }),
    },
  };
}
