import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { LifecycleState } from '../../../../exporter/docker/lifecycle/lifecycle.ts';
import { lifecycleText } from '../../../../exporter/docker/lifecycle/lifecycle-text.ts';
import { savedLifecycle } from '../../../../exporter/docker/lifecycle/saved.ts';
import { type Bed, createLifeBed } from './life-bed.ts';

// Of computing alone, of which a busy machine does little in ten seconds.
vi.setConfig({ testTimeout: 60_000 });

const LABELS = {
  'com.docker.compose.service': 'sh"op\n',
  'com.docker.compose.project': 'shop',
  tier: 'ci',
  token: 'x',
};
/** Of two configurations, one after the other. */
const MATCHED = [['tier'], ['constructor']];

/** What the text has to say, made anew of everything. */
function plain({ containers, tallies, ...rest }: LifecycleState, labels: readonly string[]): unknown {
  const entries = (of: ReadonlyMap<string, object>) => [...of];
  const whole = JSON.stringify({ ...rest, containers: entries(containers), tallies: entries(tallies) });
  return JSON.parse(whole, (key, value: unknown) => {
    if (key === 'imageId' || key === 'networkMode') return undefined;
    // Of labels, those that make a name, and those that are asked for.
    if (key !== 'labels' || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([label]) => isOfName(label) || labels.includes(label)));
  });
}

function isOfName(label: string): boolean {
  return label.startsWith('com.docker.');
}

const name = fc.constantFrom('web', 'db', '__proto__', 'a"b');
const attributes = fc.constantFrom({}, { exitCode: '3' }, { exitCode: '137', signal: '9' }, { signal: '15' });
const action = fc.constantFrom('create', 'start', 'die', 'kill', 'oom', 'stop', 'destroy', 'rename', 'pause');
const state = fc.constantFrom('running' as const, 'exited' as const, 'restarting' as const, 'dead' as const);
const step = fc.oneof(
  fc.record({ name, action, attributes }).map((told) => (bed: Bed) => {
    bed.tell(told.action, told.name, told.attributes);
  }),
  fc
    .record({ name, state, restarts: fc.nat(3), image: fc.constantFrom('app:1', 'app:2') })
    .map((seen) => (bed: Bed) => {
      const { name: id, restarts: engineRestarts, ...inspected } = seen;
      const more = { imageId: 'sha256:1', networkMode: 'host', labels: LABELS };
      bed.learn({ id, startedSeconds: bed.nowSeconds(), engineRestarts, ...inspected, ...more });
    }),
  fc.constantFrom(0.1, 1, 400).map((seconds) => (bed: Bed) => bed.wait(seconds)),
  fc.constant((bed: Bed) => bed.lifecycle.doubt()),
  fc.constant((bed: Bed) => bed.lifecycle.release()),
  fc.constant((bed: Bed) => bed.lifecycle.reconcile(() => false)),
);

test('the text says after each change what is known now, whatever of it was kept', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const bed = createLifeBed();
      for (const change of steps) {
        change(bed);
        for (const labels of MATCHED) {
          const text = lifecycleText(bed.state, labels);
          expect(JSON.parse(text)).toEqual(plain(bed.state, labels));
          expect(savedLifecycle.safeParse(JSON.parse(text)).success).toBe(true);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('a description is written again only when it is another object', () => {
  const bed = createLifeBed();
  bed.learn({ state: 'running' });
  const tracked = bed.state.containers.values().next().value;
  const labels: readonly string[] = [];
  const written = vi.fn(() => 'app:1');
  const description = {
    labels: {},
    hasHealthcheck: false,
    name: 'web',
    image: { toJSON: written } as unknown as string,
  };
  Object.assign(tracked ?? {}, { description });
  for (const isEnded of [true, false, true]) {
    Object.assign(tracked ?? {}, { isEnded });
    expect(lifecycleText(bed.state, labels)).toContain(`"isEnded":${isEnded}`);
  }
  expect(written).toHaveBeenCalledTimes(1);
});
