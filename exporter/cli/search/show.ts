import { type Fields, type Found, textAt } from './found.ts';

export interface ShowOptions {
  /** NDJSON, as it was written. */
  readonly asJson: boolean;
  readonly inColour: boolean;
  /** With the control characters that somebody wrote into a document: they may move a cursor, or worse. */
  readonly isRaw: boolean;
}

/** A document as it is shown, with the end of its line. */
export function createShow({ asJson, inColour, isRaw }: ShowOptions): (found: Found) => string {
  const clean = isRaw ? (text: string) => text : stripControls;
  const paint = inColour ? inColourOf : (text: string) => text;
  if (asJson) return ({ line }) => `${clean(line)}\n`;
  return ({ timestamp, fields }) => {
    const dataset = textAt(fields, 'data_stream', 'dataset')?.replace(/^harborlight\./, '') ?? '';
    const who = whoIn(fields);
    const parts = [
      paint(localTime(timestamp), 'dim'),
      paint(dataset.padEnd('container'.length), moodOf(fields)),
      ...(who === undefined ? [] : [paint(clean(who), 'bold')]),
      clean(textAt(fields, 'message') ?? '')
        .trimEnd()
        .replaceAll('\n', '\n    '),
    ];
    return `${parts.join(' ')}\n`;
  };
}

/** 2026-11-21 01:45:52.793 of here. */
function localTime(timestamp: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return stripControls(timestamp).slice(0, 30);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${day} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function whoIn(fields: Fields): string | undefined {
  const names = [textAt(fields, 'host', 'name'), textAt(fields, 'container', 'name')];
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? undefined : known.join('/');
}

type Paint = 'dim' | 'bold' | 'red' | 'yellow' | 'green' | 'cyan';

const CODES: Readonly<Record<Paint, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

function inColourOf(text: string, paint: Paint): string {
  return `\u001b[${CODES[paint]}m${text}\u001b[0m`;
}

function moodOf(fields: Fields): Paint {
  const level = textAt(fields, 'log', 'level') ?? '';
  const isBad =
    textAt(fields, 'event', 'outcome') === 'failure' ||
    textAt(fields, 'harborlight', 'alert', 'status') === 'firing' ||
    /^(?:error|fatal|critical)$/i.test(level);
  if (isBad) return 'red';
  if (/^warn/i.test(level) || textAt(fields, 'data_stream', 'dataset') === 'harborlight.gap') return 'yellow';
  return textAt(fields, 'event', 'outcome') === 'success' ? 'green' : 'cyan';
}

// What an escape begins with what belongs to it: a title, a link, a colour; then any other control character (R62).
const SEQUENCES =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,8}[@-~]?|\u001b[ -/]{0,8}[0-~]?/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text without what a terminal would obey. */
export function stripControls(text: string): string {
  return text.replace(SEQUENCES, '').replace(CONTROLS, '');
}
