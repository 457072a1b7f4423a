import { describe, expect, it } from 'vitest';
import { renderExposition } from '../../../exporter/metrics/exposition.ts';
import { bind, type Scope } from '../../../exporter/metrics/family.ts';
import { collectorOf, familyOf, gaugeOf, render, scopeOf, textOf } from './families.ts';

const counter = familyOf(
  {
    name: 'docker_container_cpu_usage_seconds_total',
    type: 'counter',
    unit: 'seconds',
    help: 'CPU time, "user" and system.',
    read: (seconds: number) => seconds,
  },
  [[{ host: 'edge-1', name: 'web-1' }, 12.5]],
);
/** Two subjects with two series each; nobody knows since when the second counts. */
const sinceKnown = familyOf(
  {
    name: 'docker_exits_total',
    type: 'counter',
    help: 'Ends.',
    labels: ['reason'],
    read: () => [
      [{ reason: 'error' }, 2],
      [{ reason: 'oom' }, Number.NaN],
      [{ reason: 'success' }, 0],
    ],
    createdSeconds: (seconds: number | undefined) => seconds,
  },
  [
    [{ host: 'edge-1' }, 1_757_000_000.25],
    [{ host: 'edge-2' }, undefined],
  ],
);
const info = familyOf(
  {
    name: 'docker_engine_info',
    type: 'info',
    help: 'The engine.',
    labels: ['version', 'kernel'],
    read: (version: string) => [[{ version, kernel: '' }, 1]],
  },
  [[{ host: 'edge-1' }, '28.5.1']],
);
const broken = familyOf(
  {
    name: 'docker_broken',
    type: 'gauge',
    help: 'Throws at its second subject.',
    read: (good: boolean) => {
      if (!good) throw new Error('no such field');
      return 1;
    },
  },
  [
    [{ host: 'edge-1' }, true],
    [{ host: 'edge-2' }, false],
  ],
);

describe('text 0.0.4', () => {
  it('writes a counter under its whole name', () => {
    expect(textOf(counter)).toBe(
      '# HELP docker_container_cpu_usage_seconds_total CPU time, "user" and system.\n' +
        '# TYPE docker_container_cpu_usage_seconds_total counter\n' +
        'docker_container_cpu_usage_seconds_total{host="edge-1",name="web-1"} 12.5\n',
    );
  });

  it('does not say since when a counter counts', () => {
    expect(textOf(sinceKnown)).not.toContain('_created');
  });

  it('R25: writes an info as a gauge, without the labels that have no value', () => {
    expect(textOf(info)).toBe(
      '# HELP docker_engine_info The engine.\n' +
        '# TYPE docker_engine_info gauge\n' +
        'docker_engine_info{host="edge-1",version="28.5.1"} 1\n',
    );
  });
});

describe('OpenMetrics 1.0', () => {
  it('names a counter without _total, gives its unit and ends with # EOF', () => {
    expect(textOf(counter, 'openmetrics')).toBe(
      '# TYPE docker_container_cpu_usage_seconds counter\n' +
        '# UNIT docker_container_cpu_usage_seconds seconds\n' +
        '# HELP docker_container_cpu_usage_seconds CPU time, \\"user\\" and system.\n' +
        'docker_container_cpu_usage_seconds_total{host="edge-1",name="web-1"} 12.5\n' +
        '# EOF\n',
    );
  });

  it('says since when a counter counts beside each of its samples, where it is known', () => {
    expect(textOf(sinceKnown, 'openmetrics')).toBe(
      '# TYPE docker_exits counter\n' +
        '# HELP docker_exits Ends.\n' +
        'docker_exits_total{host="edge-1",reason="error"} 2\n' +
        'docker_exits_created{host="edge-1",reason="error"} 1757000000.25\n' +
        'docker_exits_total{host="edge-1",reason="success"} 0\n' +
        'docker_exits_created{host="edge-1",reason="success"} 1757000000.25\n' +
        'docker_exits_total{host="edge-2",reason="error"} 2\n' +
        'docker_exits_total{host="edge-2",reason="success"} 0\n' +
        '# EOF\n',
    );
  });

  it('R25: cuts an info family to its base name', () => {
    expect(textOf(info, 'openmetrics')).toBe(
      '# TYPE docker_engine info\n' +
        '# HELP docker_engine The engine.\n' +
        'docker_engine_info{host="edge-1",version="28.5.1"} 1\n' +
        '# EOF\n',
    );
  });

  it('gives no unit that the name does not end in', () => {
    const ratio = { name: 'docker_load', type: 'gauge', unit: 'ratio', help: 'Load.', read: () => 1 } as const;
    expect(textOf(familyOf(ratio, [[{ host: 'a' }, undefined]]), 'openmetrics')).not.toContain('UNIT');
  });

  it('ends with # EOF when there is nothing to say', () => {
    expect(render({ format: 'openmetrics' }).text).toBe('# EOF\n');
  });
});

describe('either format', () => {
  it('leaves out a family without a sample, head and all', () => {
    const absent = { name: 'docker_absent', type: 'gauge', help: 'Nothing.', read: () => undefined } as const;
    expect(textOf(familyOf(absent, [[{ host: 'a' }, 0]]))).toBe('');
  });

  it('drops a sample that is not a finite number', () => {
    const family = gaugeOf('docker_odd', [
      [{ host: 'a' }, Number.NaN],
      [{ host: 'b' }, Number.POSITIVE_INFINITY],
      [{ host: 'c' }, 3],
    ]);
    expect(textOf(family)).toMatch(/gauge\ndocker_odd\{host="c"\} 3\n$/);
  });

  it.each([
    [9007199254740993, '9007199254740992'],
    [0.1 + 0.2, '0.30000000000000004'],
    [-0, '0'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
  ])('writes %d so that the same double is read back', (value, written) => {
    expect(textOf(gaugeOf('docker_number', [[{ host: 'a' }, value]]))).toContain(`} ${written}\n`);
  });

  it('writes a subject without labels as a bare name, and one with added labels in braces', () => {
    const read = (added: Readonly<Record<string, string>>) => [[added, 1]] as const;
    const family = { name: 'docker_bare', type: 'gauge', help: 'Bare.', labels: ['state'], read } as const;
    expect(
      textOf(
        familyOf(family, [
          [{}, {}],
          [{}, { state: 'up' }],
          [{ host: 'a' }, { state: 'up' }],
        ]),
      ),
    ).toMatch(/\ndocker_bare 1\ndocker_bare\{state="up"\} 1\ndocker_bare\{host="a",state="up"\} 1\n$/);
  });

  it('asks each scope once for all its families and collectors', () => {
    let asked = 0;
    const scope: Scope<number> = {
      name: 'counted',
      labels: ['host'],
      subjects: () => {
        asked += 1;
        return [[{ host: 'a' }, 1]];
      },
    };
    const families = ['docker_a', 'docker_b'].map((name) =>
      bind(scope, [{ name, type: 'gauge', help: 'One.', read: (value) => value }]),
    );
    render({ collectors: families.map((family) => collectorOf(...family)) });
    expect(asked).toBe(1);
  });
});

describe('a collector that throws', () => {
  const fine = { name: 'fine', families: [gaugeOf('docker_fine', [[{ host: 'a' }, 1]])] };
  const failing = { name: 'failing', families: [gaugeOf('docker_before', [[{ host: 'a' }, 1]]), broken] };

  it('is left out whole and disturbs no other', () => {
    expect(render({ collectors: [failing, fine] }).text).toBe(render({ collectors: [fine] }).text);
  });

  it('is reported with its cause', () => {
    const { reports } = render({ collectors: [failing, fine] });
    expect(reports.map(({ collector, error }) => [collector, error?.message])).toEqual([
      ['failing', 'collect failing'],
      ['fine', undefined],
    ]);
    expect(reports[0]?.error?.cause).toEqual(new Error('no such field'));
  });

  it('is reported when its scope is what throws', () => {
    const scope: Scope<never> = {
      ...scopeOf([]),
      subjects: () => {
        throw new Error('no hosts');
      },
    };
    const families = bind(scope, [{ name: 'docker_x', type: 'gauge', help: 'X.', read: () => 1 }]);
    const { reports, text } = render({ collectors: [{ name: 'scopeless', families }, fine] });
    expect(reports.map(({ error }) => error !== undefined)).toEqual([true, false]);
    expect(text).toContain('docker_fine');
  });

  it('shows in harborlight_collector_success of the same text', () => {
    const { text } = render({ collectors: [failing, fine], self: [] });
    expect(text).toContain('harborlight_collector_success{collector="failing"} 0\n');
    expect(text).toContain('harborlight_collector_success{collector="fine"} 1\n');
  });
});

describe('what is said of ourselves', () => {
  it("R36: is not said when the exposition is another target's", () => {
    expect(render({ collectors: [{ name: 'none', families: [] }] }).text).toBe('');
  });

  it('is written after the collectors, without values that are not finite', () => {
    const self = [
      {
        name: 'nodejs_lag_seconds',
        type: 'gauge',
        help: 'Lag.',
        samples: [
          { name: 'nodejs_lag_seconds', labels: { kind: 'mean' }, value: Number.NaN },
          { name: 'nodejs_lag_seconds', labels: {}, value: 0.5 },
        ],
      },
    ] as const;
    expect(render({ self }).text).toBe(
      '# HELP nodejs_lag_seconds Lag.\n# TYPE nodejs_lag_seconds gauge\nnodejs_lag_seconds 0.5\n',
    );
  });
});

describe('the pieces', () => {
  const subjects = Array.from({ length: 5000 }, (_, index) => [{ host: 'a', name: `c${index}` }, index] as const);
  const collectors = [collectorOf(gaugeOf('docker_many', subjects))];
  const exposition = { world: { hosts: [] }, collectors, format: 'text' } as const;

  it('are small, and together the whole text', () => {
    const pieces = [...renderExposition({ ...exposition, nowMs: () => 0 })];
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
    expect(pieces.join('').trimEnd().split('\n')).toHaveLength(5002);
  });

  it("let the caller give way while a collector's text is still held back", () => {
    const pieces = renderExposition({ ...exposition, nowMs: () => 0 });
    expect([pieces.next().value, pieces.next().value]).toEqual(['', '']);
  });

  it("do not count the pauses between them as the collector's time", () => {
    let clockMs = 0;
    const pieces = renderExposition({ ...exposition, nowMs: () => (clockMs += 1) });
    let next = pieces.next();
    while (next.done !== true) {
      clockMs += 10_000;
      next = pieces.next();
    }
    expect(next.value[0]?.durationSeconds).toBeGreaterThan(0);
    expect(next.value[0]?.durationSeconds).toBeLessThan(0.1);
  });
});
