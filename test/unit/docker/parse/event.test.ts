import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../../../exporter/docker/parse/event.ts';
import { RECORDED_ENGINES, recordedEvents } from '../recordings.ts';

const ID = 'c'.repeat(64);

function line(event: { action: string; attributes?: object; more?: string; timeNano?: string; type?: string }): string {
  const { action, attributes = {}, more = '', timeNano = '1795222185922293715', type = 'container' } = event;
  const Actor = { ID, Attributes: attributes };
  const head = JSON.stringify({ Type: type, Action: action, Actor }).slice(0, -1);
  return `${head}${more},"scope":"local","time":1795222185,"timeNano":${timeNano}}`;
}

describe.each(RECORDED_ENGINES)('events of %s', (engine) => {
  const events = recordedEvents(engine).map((text) => ({ text, event: parseEvent(text) }));

  test('R48: each keeps all digits of its time', () => {
    for (const { text, event } of events) {
      expect(event.timeNano).toHaveLength(19);
      expect(text).toContain(`"timeNano":${event.timeNano}`);
    }
    expect(events.some(({ event: { timeNano } }) => String(Number(timeNano)) !== timeNano)).toBe(true);
  });

  test('trap 17: no action carries what was executed', () => {
    for (const { event } of events) expect(event.action).toMatch(/^[a-z_]+$/);
    expect(events.some(({ text }) => text.includes('exec_create: '))).toBe(true);
    expect(JSON.stringify(events.map(({ event }) => event))).not.toContain('exec_create: ');
  });

  test('health_status carries its status', () => {
    const told = events.filter(({ event }) => event.action === 'health_status').map(({ event }) => event.status);
    expect(new Set(told)).toEqual(new Set(['healthy', 'unhealthy']));
  });
});

test('R42: of an exec neither the command nor the attributes are kept', () => {
  const secret = 'psql postgres://u:hunter2@db';
  const event = parseEvent(line({ action: `exec_create: ${secret}`, attributes: { execID: 'x', 'a.b': secret } }));
  expect(event).toMatchObject({ action: 'exec_create', attributes: {} });
  expect(JSON.stringify(event)).not.toContain('hunter2');
});

/** No engine begins a line with a blank: it is read the long way. */
const theLongWay = (text: string) => parseEvent(` ${text}`);

describe.each(RECORDED_ENGINES)('execs of %s', (engine) => {
  const execs = recordedEvents(engine).filter((text) => text.includes('"Action":"exec_'));

  test('are what they are when all of their line is looked at', () => {
    expect(execs.length).toBeGreaterThan(0);
    for (const text of execs) expect(parseEvent(text)).toEqual(theLongWay(text));
  });

  test('are read whatever their attributes are', () => {
    const spoilt = execs.map((text) => text.replace(/"Attributes":\{.*\},"scope"/, '"Attributes":{?},"scope"'));
    for (const [at, text] of spoilt.entries()) {
      const { execId: _, ...expected } = parseEvent(execs[at] ?? '');
      expect(parseEvent(text)).toEqual(expected);
      expect(() => theLongWay(text)).toThrow('no JSON');
    }
  });

  test('are refused when their line is cut anywhere', () => {
    for (const text of new Set(execs.map((exec) => exec.slice(0, -1)))) {
      expect(() => parseEvent(text)).toThrow();
      expect(() => parseEvent(text.slice(0, text.length / 2))).toThrow();
    }
  });
});

test('no command and no label make an event another one', () => {
  const tricky = fc.constantFrom(
    '"',
    '\\',
    '{',
    '}',
    ',',
    '"timeNano":5}',
    '"Action":"exec_die","Actor":{',
    'a',
    ' ',
    'é',
  );
  const texts = fc.array(tricky, { maxLength: 12 }).map((parts) => parts.join(''));
  const actions = fc.constantFrom('exec_create', 'exec_start', 'exec_die', 'exec_detach', 'start', 'health_status');
  fc.assert(
    fc.property(actions, texts, fc.dictionary(texts, texts), fc.boolean(), (action, command, attributes, isOld) => {
      const told = command === '' ? action : `${action}: ${command}`;
      const text = line({ action: told, attributes });
      const old = JSON.stringify({ status: told, id: ID, from: command }).slice(0, -1);
      const sent = isOld ? `${old},${text.slice(1)}` : text;
      expect(parseEvent(sent)).toEqual(theLongWay(sent));
    }),
    { numRuns: 500 },
  );
});

test('trap 17: the bare health_status of Podman has its status beside', () => {
  const bare = parseEvent(line({ action: 'health_status', more: ',"HealthStatus":"unhealthy"' }));
  expect(bare).toMatchObject({ action: 'health_status', status: 'unhealthy' });
  expect(parseEvent(line({ action: 'health_status: healthy' }))).toMatchObject({ status: 'healthy' });
  expect(parseEvent(line({ action: 'start', more: ',"HealthStatus":"healthy"' }))).not.toHaveProperty('status');
});

test('R46: the remove of a container, as Podman says it, is a destroy', () => {
  expect(parseEvent(line({ action: 'remove' })).action).toBe('destroy');
  expect(parseEvent(line({ action: 'remove', type: 'network' })).action).toBe('remove');
});

test('R48: a label cannot pass itself off as the time', () => {
  const attributes = { timeNano: '5', note: '"timeNano":5,"timeNano": 6' };
  expect(parseEvent(line({ action: 'start', attributes })).timeNano).toBe('1795222185922293715');
});

test('labels are kept as the engine merged them', () => {
  const attributes = { exitCode: 'spoofed', name: 'web', quote: 'a "b"\n' };
  expect(parseEvent(line({ action: 'die', attributes })).attributes).toEqual(attributes);
});

test.each([
  ['no JSON', '{"Type":"container"'],
  ['a number', '7'],
  ['an event without a type', '{"Action":"start","Actor":{"ID":"x"},"timeNano":1}'],
  ['an event without an actor', '{"Type":"container","Action":"start","timeNano":1}'],
  ['an event without a time', '{"Type":"container","Action":"start","Actor":{"ID":"x"}}'],
  ['a negative time', line({ action: 'start', timeNano: '-5' })],
  ['a time with more digits than nanoseconds have', line({ action: 'start', timeNano: '9'.repeat(400) })],
  ['a time that is no whole number', line({ action: 'start', timeNano: '1.5' })],
  ['an attribute that is no text', line({ action: 'start', attributes: { a: 1 } })],
  ['a type as long as a book', line({ action: 'start', type: 'x'.repeat(5000) })],
  ['an action as long as a book', line({ action: 'x'.repeat(5000) })],
])('R48: %s is refused', (_what, text) => {
  expect(() => parseEvent(text)).toThrow(Error);
});

test('R48: an actor as long as a book is refused, because it is remembered', () => {
  expect(() => parseEvent(line({ action: 'start' }).replace(ID, 'c'.repeat(100_000)))).toThrow(Error);
});

test('a long command of an exec is no reason to refuse it', () => {
  expect(parseEvent(line({ action: `exec_start: ${'x'.repeat(100_000)}` })).action).toBe('exec_start');
});

test('R48: any line is an event or an Error', () => {
  const mutated = fc.tuple(fc.nat(200), fc.string({ unit: 'binary', maxLength: 6 })).map(([at, text]) => {
    const whole = line({ action: 'health_status: healthy', attributes: { name: 'web' } });
    return whole.slice(0, at) + text + whole.slice(at + text.length);
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
      try {
        return /^\d{1,19}$/.test(parseEvent(text).timeNano);
      } catch (error) {
        return error instanceof Error;
      }
    }),
    { numRuns: 200 },
  );
});

test('R42: what is no JSON is refused without a word of it', () => {
  const errorOf = (text: string) => {
    try {
      return parseEvent(text);
    } catch (error) {
      return String(error);
    }
  };
  expect(errorOf('--password hunter2')).toBe('Error: no JSON in 18 characters');
  expect(errorOf('{"Action":"exec_create: hunter2')).toBe('Error: no JSON in 31 characters');
});
