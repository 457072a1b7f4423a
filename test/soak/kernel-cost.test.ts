import { expect, onTestFinished, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { AIMS } from '../bench/aims.ts';
import { measureMinutes } from '../bench/minutes.ts';
import { measureRounds } from '../bench/rounds.ts';
import { startReal } from '../bench/watched-engine.ts';

const CONTAINERS = 300;

test(
  '300 real containers are read from the kernel in 120 ms, and a minute costs 0.75 CPU seconds',
  needing('docker-28'),
  async () => {
    const engine = await startReal('28', CONTAINERS);
    onTestFinished(engine.stop);
    const [cost] = await measureRounds(engine, ['kernel'], { rounds: 3, scrapesPerRound: 20 });
    const minute = (await measureMinutes(engine, ['kernel'], 1)).get('kernel');
    console.info({ ...cost, minuteCpuSeconds: minute });
    const aims = AIMS.get(CONTAINERS);
    expect(cost?.p50Ms).toBeLessThanOrEqual(aims?.p50Ms ?? 0);
    expect(minute).toBeLessThanOrEqual(aims?.minuteCpuSeconds ?? 0);
  },
);
