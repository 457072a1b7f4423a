import type { Span, SpanStatusCode } from '@opentelemetry/api';
import { redactText } from '../documents/redact.ts';
import { loadWhenUsed } from '../util/load-when-used.ts';
import { type Trace, untraced } from '../util/trace.ts';
import { waitAtMost } from '../util/wait-at-most.ts';

/** Traces of what we do, for a collector of OpenTelemetry. */
export interface Tracing {
  readonly trace: Trace;
  /** ECS fields of the span that is going on: for the lines that are logged in it. */
  readonly logFields: () => Readonly<Record<string, string>>;
  /** Of a span that is recorded: what ties an observation of a histogram to it. */
  readonly exemplar: () => Readonly<Record<string, string>> | undefined;
  /** Sends what is still here, for a second at most. */
  readonly stop: () => Promise<void>;
}

export interface TracingOptions {
  /** The library reads the process's own, by the names that OpenTelemetry gives them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** This exporter's own name. */
  readonly name: string;
}

const SERVICE = 'harborlight';
const STOP_MS = 1000;

/** Off, and nothing of it loaded, unless the environment names an endpoint. */
export function createTracing({ env, version, name }: TracingOptions): Tracing {
  const isAsked = ENDPOINTS.some((variable) => (env[variable] ?? '') !== '') && env['OTEL_SDK_DISABLED'] !== 'true';
  return isAsked ? startTracing({ env, version, name }) : OFF;
}

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

const OFF: Tracing = {
  trace: untraced,
  logFields: () => ({}),
  exemplar: () => undefined,
  stop: () => Promise.resolve(),
};

function startTracing({ env, version, name }: TracingOptions): Tracing {
  const { NodeSDK, resources } = loadWhenUsed('@opentelemetry/sdk-node');
  const api = loadWhenUsed('@opentelemetry/api');
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.version': version, 'service.instance.id': name }),
    serviceName: env['OTEL_SERVICE_NAME'] ?? SERVICE,
    // What the process says of itself has its arguments in it.
    resourceDetectors: [resources.envDetector],
    instrumentations: [],
    // Metrics are scraped, and our log has its own way.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = api.trace.getTracer(SERVICE, version);
  const current = () => api.trace.getActiveSpan()?.spanContext();
  return {
    trace: (what, attributes, work) =>
      tracer.startActiveSpan(what, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          tellFailure(span, error, api.SpanStatusCode.ERROR);
          throw error;
        } finally {
          span.end();
        }
      }),
    logFields: () => {
      const span = current();
      return span === undefined ? {} : { 'trace.id': span.traceId, 'span.id': span.spanId };
    },
    exemplar: () => {
      const span = current();
      if (span === undefined || (span.traceFlags & api.TraceFlags.SAMPLED) === 0) return undefined;
      return { trace_id: span.traceId, span_id: span.spanId };
    },
    stop: async () => {
      // A collector that does not answer must not hold up the end.
      await waitAtMost(STOP_MS, sdk.shutdown()).catch(() => undefined);
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
    },
  };
}

/** Not the whole error: a cause may quote what came from outside. */
function tellFailure(span: Span, error: unknown, code: SpanStatusCode): void {
  const message = error instanceof Error ? redactText(error.message, 256) : 'failed';
  span.setStatus({ code, message });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}
