import { describe, expect, it } from 'vitest';
import { restarts } from '../../../exporter/collectors/restarts.ts';
import { lifecycleOf, samplesOf } from './one-host.ts';

describe('restarts', () => {
  it('are counted by name, and in OpenMetrics since a time', () => {
    expect(samplesOf(restarts, { lifecycle: lifecycleOf({ restarts: 3 }) }, 'openmetrics')).toEqual([
      'docker_container_restarts_total{host="a",name="web"} 3',
      'docker_container_restarts_created{host="a",name="web"} 20',
    ]);
  });

  it('are told as the engine counts them as long as it knows the container', () => {
    const seriesLabels = { host: 'a', name: 'web' };
    const identity = { id: 'f', name: 'web', seriesLabels, infoLabels: {}, isExpected: false };
    const facts = { state: 'restarting', engineRestarts: 7, limits: {} } as const;
    expect(samplesOf(restarts, { containers: [{ identity, facts }] })).toEqual([
      'docker_container_engine_restarts{host="a",name="web"} 7',
    ]);
  });

  it.each([
    [true, ['docker_container_restart_given_up{host="a",name="web"} 1']],
    [false, ['docker_container_restart_given_up{host="a",name="web"} 0']],
    [undefined, []],
  ])('are given up: %s', (hasGivenUp, samples) => {
    const lifecycle = lifecycleOf(hasGivenUp === undefined ? {} : { hasGivenUp });
    expect(samplesOf(restarts, { lifecycle }).filter((line) => line.includes('given_up'))).toEqual(samples);
  });
});
