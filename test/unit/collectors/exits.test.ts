import { describe, expect, it } from 'vitest';
import { exits } from '../../../exporter/collectors/exits.ts';
import { EXIT_REASONS } from '../../../exporter/model/lifecycle.ts';
import { lifecycleOf, NO_EXITS, samplesOf } from './one-host.ts';

describe('exits', () => {
  it('R12: are told of the host and of each name by all reasons from the beginning', () => {
    expect(samplesOf(exits, { lifecycle: lifecycleOf({}) })).toEqual([
      ...EXIT_REASONS.map((reason) => `docker_exits_total{host="a",reason="${reason}"} 0`),
      ...EXIT_REASONS.map((reason) => `docker_container_exits_total{host="a",name="web",reason="${reason}"} 0`),
    ]);
  });

  it('of the host are not the sum of its names: one may have come and gone', () => {
    const lifecycle = lifecycleOf({ exits: { ...NO_EXITS, error: 2 } });
    const samples = samplesOf(exits, { lifecycle: { ...lifecycle, exits: { ...NO_EXITS, error: 5 } } });
    expect(samples).toContain('docker_exits_total{host="a",reason="error"} 5');
    expect(samples).toContain('docker_container_exits_total{host="a",name="web",reason="error"} 2');
  });

  it('are not told before it is known what was counted before', () => {
    expect(samplesOf(exits, {})).toEqual([]);
  });

  it('are told while the engine is down', () => {
    const outcome = { ok: false, reason: 'unreachable' } as const;
    expect(samplesOf(exits, { outcome, lifecycle: lifecycleOf({}) })).toHaveLength(12);
  });

  it('say in OpenMetrics since when the host and since when the name is counted', () => {
    const samples = samplesOf(exits, { lifecycle: lifecycleOf({}) }, 'openmetrics');
    expect(samples).toContain('docker_exits_created{host="a",reason="unknown"} 10');
    expect(samples).toContain('docker_container_exits_created{host="a",name="web",reason="unknown"} 20');
  });
});

describe('the reason of the last exit', () => {
  const reasonsOf = (container: Parameters<typeof lifecycleOf>[0]) =>
    samplesOf(exits, { lifecycle: lifecycleOf(container) }).filter((line) => line.includes('last_exit_reason'));

  it.each(EXIT_REASONS)('is 1 for %s, and 0 for all others', (lastExit) => {
    expect(reasonsOf({ lastExit })).toEqual(
      EXIT_REASONS.map(
        (reason) =>
          `docker_container_last_exit_reason{host="a",name="web",reason="${reason}"} ${reason === lastExit ? 1 : 0}`,
      ),
    );
  });

  it('is absent while there is none', () => {
    expect(reasonsOf({})).toEqual([]);
  });
});
