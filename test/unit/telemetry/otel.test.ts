import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createSelfMetrics } from '../../../exporter/metrics/self.ts';
import { createTracing, type Tracing } from '../../../exporter/telemetry/otel.ts';
import { render } from '../metrics/families.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
}

/** A collector that takes OTLP over HTTP, as JSON. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(`${request.url ?? ''} ${body}`);
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  // A server that listens on TCP has a port.
  const { port } = server.address() as AddressInfo;
  const spans = () =>
    bodies.flatMap((body) => {
      const { resourceSpans } = JSON.parse(body.slice(body.indexOf(' '))) as {
        readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
      };
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    });
  return { endpoint: `http://127.0.0.1:${port}`, bodies, spans };
}

const tracings: Tracing[] = [];
function start(endpoint: string): Tracing {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  // The library reads the process's own.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const tracing = createTracing({ env, version: '1.2.3', name: 'edge-1' });
  tracings.push(tracing);
  return tracing;
}
beforeEach(() => void tracings.splice(0));
afterEach(async () => {
  await Promise.all(tracings.map(({ stop }) => stop()));
  vi.unstubAllEnvs();
});

test('what is traced arrives at a collector, what is inside of it as its child', async () => {
  const { endpoint, spans, bodies } = await startCollector();
  const { trace, stop } = start(endpoint);
  const result = await trace('scrape', { hosts: 2 }, () =>
    trace('engine ping', { endpoint: 'ping' }, () => Promise.resolve('pong')),
  );
  await stop();
  const [inner, outer] = ['engine ping', 'scrape'].map((wanted) => spans().find(({ name }) => name === wanted));
  expect([result, spans().length]).toEqual(['pong', 2]);
  expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId });
  expect(outer?.attributes).toEqual([{ key: 'hosts', value: { intValue: 2 } }]);
  expect(bodies.map((body) => body.split(' ')[0])).toEqual(['/v1/traces']);
  expect(bodies[0]).toContain('harborlight');
  expect(bodies[0]).not.toContain('command_args');
});

test('a failure is one for its caller, too, and a credential in it is told to nobody', async () => {
  const { endpoint, spans, bodies } = await startCollector();
  const { trace, stop } = start(endpoint);
  const failing = trace('bulk', {}, () => Promise.reject(new Error('no answer of http://ops:planted@store/')));
  await expect(failing).rejects.toThrow('planted');
  await stop();
  expect(spans()[0]).toMatchObject({
    name: 'bulk',
    status: { code: 2, message: 'no answer of http://[redacted]@store/' },
  });
  expect(bodies.join()).not.toContain('planted');
});

test('a log line and an observation inside of a span carry its ids, those outside none', async () => {
  const { endpoint, spans } = await startCollector();
  const { trace, logFields, exemplar, stop } = start(endpoint);
  const self = createSelfMetrics({ version: '1.2.3', exemplar });
  self.scrapeBegun()(0.3);
  expect([logFields(), exemplar()]).toEqual([{}, undefined]);
  let tellSeconds: (seconds: number) => void = () => undefined;
  const fields = await trace('scrape', {}, async () => {
    await Promise.resolve();
    tellSeconds = self.scrapeBegun();
    return logFields();
  });
  // The text is written when the span has ended.
  tellSeconds(0.03);
  await stop();
  const [span] = spans();
  expect(fields).toEqual({ 'trace.id': span?.traceId, 'span.id': span?.spanId });
  const families = await self.collect();
  const { text } = render({ self: families, format: 'openmetrics' });
  const tied = text.split('\n').filter((line) => line.includes(' # {'));
  expect(tied).toEqual([
    expect.stringMatching(
      new RegExp(
        `^harborlight_scrape_duration_seconds_bucket\\{le="0\\.05"\\} 1 # \\{trace_id="${span?.traceId}",span_id="${span?.spanId}"\\} 0\\.03 \\d{10}(\\.\\d+)?$`,
      ),
    ),
  ]);
  expect(render({ self: families, format: 'text' }).text).not.toContain(' # {');
});

test('without an endpoint nothing is traced, and the work is done all the same', async () => {
  for (const env of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' },
  ]) {
    const { trace, logFields, exemplar, stop } = createTracing({ env, version: '1.2.3', name: 'edge-1' });
    const seen = await trace('scrape', {}, () => Promise.resolve([logFields(), exemplar()]));
    expect(seen).toEqual([{}, undefined]);
    await stop();
  }
});

test('a collector that does not answer does not hold up the end', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const { trace, stop } = start(`http://127.0.0.1:${port}`);
  await trace('scrape', {}, () => Promise.resolve());
  const startedMs = performance.now();
  await stop();
  expect(performance.now() - startedMs).toBeLessThan(1800);
});
