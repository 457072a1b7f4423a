import { ecsFormat } from '@elastic/ecs-pino-format';
import { type Level, type Logger, type LoggerOptions, levels, pino, stdSerializers } from 'pino';
import { loadWhenUsed } from '../util/load-when-used.ts';
import { redact } from './redact.ts';

export interface LogOptions {
  readonly level: Level;
  /** `auto`: pretty on a terminal, ECS JSON in a pipe. */
  readonly format: 'auto' | 'pretty' | 'json';
  /** This exporter's own name, `service.node.name`. */
  readonly name: string;
  readonly destination: { readonly isTTY?: boolean; write(text: string): unknown };
  /** `trace.id` and `span.id` of what is going on, while it is traced. */
  readonly traceIds?: () => Readonly<Record<string, string>>;
}

/** Takes each line, ECS as JSON, whatever the format of the other destination. */
export interface EcsDestination {
  readonly write: (line: string) => void;
}

export interface Log {
  readonly logger: Logger;
  /** Writes to it, too, from now on, and what was written before; undefined: to nobody else any more. */
  readonly alsoTo: (destination: EcsDestination | undefined) => void;
  /** Also for loggers that were made from this one before. */
  readonly setLevel: (level: Level) => void;
}

/** The one logger of the process; what it writes is censored and, in JSON, valid ECS. */
export function createLogger({ level, format, name, destination, traceIds }: LogOptions): Log {
  const isTerminal = destination.isTTY === true;
  const isPretty = format === 'pretty' || (format === 'auto' && isTerminal);
  const renderPretty = isPretty ? prettyRenderer(isTerminal) : undefined;
  const second = createSecondDestination();
  let threshold = levels.values[level] ?? 0;
  const logger = pino(
    {
      ...ecsOptions(name),
      serializers: { err: errorFields },
      // A child of pino keeps the level it was made with; the threshold here moves for all of them at once.
      level: 'trace',
      hooks: {
        logMethod(args, method, callLevel) {
          if (callLevel >= threshold) method.apply(this, args);
        },
        streamWrite: (line) => {
          const fields = { ...parseLine(line), ...traceIds?.() };
          const text = renderPretty === undefined || second.isThere() ? ecsLine(fields) : '';
          second.write(text);
          return renderPretty === undefined ? text : renderPretty(pinoFields(fields));
        },
      },
    },
    { write: (text) => void destination.write(text) },
  );
  const setLevel = (next: Level) => {
    threshold = levels.values[next] ?? 0;
  };
  return { logger, setLevel, alsoTo: second.set };
}

/** What is said until there are documents: of a start, or of a configuration. */
const EARLY_LINES = 100;

function createSecondDestination() {
  let early: string[] | undefined = [];
  let second: EcsDestination | undefined;
  return {
    isThere: () => second !== undefined || (early !== undefined && early.length < EARLY_LINES),
    write: (line: string) => {
      if (second !== undefined) second.write(line);
      else if (early !== undefined && early.length < EARLY_LINES) early.push(line);
    },
    set: (next: EcsDestination | undefined) => {
      second = next;
      for (const line of early ?? []) second?.write(line);
      early = undefined;
    },
  };
}

/** `err` is left to our own serializer: the format's drops the causes. */
function ecsOptions(name: string): LoggerOptions {
  return ecsFormat({
    serviceName: 'harborlight',
    serviceNodeName: name,
    eventDataset: 'harborlight.app',
    convertErr: false,
    apmIntegration: false,
  });
}

/** Type, message and stack with all causes; other properties of errors (bodies, headers) stay out of the log. */
function errorFields(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { type, message, stack } = stdSerializers.err(thrown);
  return { type, message, stack };
}

type Fields = Readonly<Record<string, unknown>>;

function parseLine(line: string): Fields {
  // pino writes one object a line.
  return JSON.parse(line, redact) as Fields;
}

/** What every line has, and nobody reads on a terminal. */
const FRAME = new Set([
  '@timestamp',
  'ecs.version',
  'event.dataset',
  'host.hostname',
  'log.level',
  'message',
  'process.pid',
  'service.name',
  'service.node.name',
]);

/** A line under pino's own names, which the pretty form is made from. */
function pinoFields(fields: Fields): Fields {
  return {
    level: levels.values[String(fields['log.level'])],
    time: Date.parse(String(fields['@timestamp'])),
    msg: fields['message'],
    ...Object.fromEntries(Object.entries(fields).filter(([key]) => !FRAME.has(key))),
  };
}

function prettyRenderer(colorize: boolean): (fields: Fields) => string {
  const { prettyFactory } = loadWhenUsed('pino-pretty');
  return prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true });
}

/** ECS gives names to fields with a dot and to these; `host: "edge-1"` at the top would break the index's mapping. */
const ECS_FIELDS = new Set(['@timestamp', 'message', 'error', 'labels', 'tags']);

function ecsLine(fields: Fields): string {
  const renamed = Object.entries(fields).map(([key, value]) => {
    if (key === 'err') return ecsError(value);
    return [key.includes('.') || ECS_FIELDS.has(key) ? key : `harborlight.${key}`, value] as const;
  });
  return `${JSON.stringify(Object.fromEntries(renamed))}\n`;
}

function ecsError(value: unknown): readonly [string, unknown] {
  if (typeof value !== 'object' || value === null) return ['error.message', String(value)];
  const { stack, ...rest } = { stack: undefined, ...value };
  return ['error', { ...rest, stack_trace: stack }];
}
