import { describe, expect, it } from 'vitest';
import { createSelfMetrics, type SelfMetrics } from '../../../exporter/metrics/self.ts';
import { parseExposition } from '../../contract/exposition-parser.ts';
import { render } from './families.ts';

const create = () => createSelfMetrics({ version: '1.2.3' });
const textOf = async (metrics: SelfMetrics) => render({ self: await metrics.collect() }).text;
/** The value of a series as it is written, or undefined. */
const valueOf = async (metrics: SelfMetrics, series: string) => {
  const line = (await textOf(metrics)).split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe('what is said of the process', () => {
  it('has the version as an info', async () => {
    expect(await valueOf(create(), `harborlight_build_info{version="1.2.3",node="${process.version}"}`)).toBe(1);
  });

  it("has prom-client's own metrics of the process and of Node.js", async () => {
    const text = await textOf(create());
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
      expect(text).toMatch(new RegExp(`\n${name} [0-9]`));
    }
  });

  it('R24: leaves out the gauges that are named as counters', async () => {
    const gauges = (await create().collect()).filter(({ type }) => type === 'gauge').map(({ name }) => name);
    expect(gauges).toContain('nodejs_active_resources');
    expect(gauges.filter((name) => name.endsWith('_total'))).toEqual([]);
  });

  it('tells of the event loop only what is a lag', async () => {
    const names = (await create().collect()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('nodejs_eventloop_'))).toEqual(['nodejs_eventloop_lag_seconds']);
  });

  it('keeps the time of the last good configuration while a bad one is refused', async () => {
    const metrics = create();
    metrics.configRead({ ok: true, atSeconds: 1_700_000_000 });
    metrics.configRead({ ok: false, atSeconds: 1_700_000_100 });
    expect(await valueOf(metrics, 'harborlight_config_last_reload_successful')).toBe(0);
    expect(await valueOf(metrics, 'harborlight_config_last_reload_success_timestamp_seconds')).toBe(1_700_000_000);
  });

  it('counts scrapes and requests into cumulative buckets with their bounds as OpenMetrics writes them', async () => {
    const metrics = create();
    metrics.scrapeBegun()(0.3);
    metrics.requestAnswered({ method: 'GET', route: '/metrics', status: 200, seconds: 2 });
    expect(await valueOf(metrics, 'harborlight_scrape_duration_seconds_bucket{le="0.25"}')).toBe(0);
    expect(await valueOf(metrics, 'harborlight_scrape_duration_seconds_bucket{le="5.0"}')).toBe(1);
    expect(await valueOf(metrics, 'harborlight_scrape_duration_seconds_sum')).toBe(0.3);
    const labels = 'method="GET",route="/metrics",status="200"';
    expect(await valueOf(metrics, `http_request_duration_seconds_count{${labels}}`)).toBe(1);
  });

  it('shares nothing with another instance', async () => {
    const one = create();
    const other = create();
    one.scrapeBegun()(1);
    expect(await valueOf(other, 'harborlight_scrape_duration_seconds_count')).toBe(0);
  });
});

describe('what is said of the hosts', () => {
  it('R12: starts the counters with closed reasons at 0', async () => {
    const metrics = create();
    metrics.host('edge-1');
    const series = 'harborlight_samples_failed_total{host="edge-1",reason="timeout"}';
    expect(await valueOf(metrics, series)).toBe(0);
    metrics.host('edge-1').sampleFailed('timeout');
    expect(await valueOf(metrics, series)).toBe(1);
    expect(await valueOf(metrics, 'harborlight_series_dropped_total{host="edge-1"}')).toBe(0);
  });

  it('has calls, their failures and dropped series', async () => {
    const metrics = create();
    const host = metrics.host('edge-1');
    host.callEnded({ endpoint: 'stats', seconds: 0.02 });
    host.callFailed({ endpoint: 'stats', reason: 'timeout' });
    host.seriesDropped(12);
    const expected = {
      'harborlight_engine_request_duration_seconds_count{host="edge-1",endpoint="stats"}': 1,
      'harborlight_engine_request_errors_total{host="edge-1",endpoint="stats",reason="timeout"}': 1,
      'harborlight_series_dropped_total{host="edge-1"}': 12,
    };
    for (const [series, value] of Object.entries(expected)) expect(await valueOf(metrics, series)).toBe(value);
  });

  it('is gone for good when a host is forgotten, though its last calls end later', async () => {
    const metrics = create();
    const gone = metrics.host('edge-1');
    metrics.host('edge-2');
    metrics.forgetHost('edge-1');
    gone.callEnded({ endpoint: 'stats', seconds: 1 });
    const text = await textOf(metrics);
    expect(text).not.toContain('edge-1');
    expect(text).toContain('edge-2');
  });
});

describe.each(['text', 'openmetrics'] as const)('the whole in %s', (format) => {
  it('is read by the strict parser, families of several hosts as one', async () => {
    const metrics = create();
    for (const host of ['edge-1', 'edge-2']) metrics.host(host).callEnded({ endpoint: 'ping', seconds: 0.001 });
    const families = parseExposition(render({ self: await metrics.collect(), format }).text, format);
    const calls = families.find(({ name }) => name === 'harborlight_engine_request_duration_seconds');
    expect(new Set(calls?.samples.map(({ labels }) => labels['host']))).toEqual(new Set(['edge-1', 'edge-2']));
  });
});

describe('labels that start no probe', () => {
  const series = (name: string, label: string) =>
    `harborlight_label_errors_total{host="edge-1",name="${name}",label="${label}"}`;

  it('are counted by container and label, until the container is forgotten', async () => {
    const metrics = create();
    const host = metrics.host('edge-1');
    host.labelFailed({ name: 'web', label: 'a' });
    host.labelFailed({ name: 'web', label: 'a' });
    host.labelFailed({ name: 'db', label: 'b' });
    expect(await valueOf(metrics, series('web', 'a'))).toBe(2);
    host.forgetLabels('web');
    expect(await valueOf(metrics, series('web', 'a'))).toBeUndefined();
    expect(await valueOf(metrics, series('db', 'b'))).toBe(1);
    host.forgetLabels('constructor');
  });
});
