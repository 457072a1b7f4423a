import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lifecycleText } from '../../exporter/docker/lifecycle/lifecycle-text.ts';
import { savedLifecycle } from '../../exporter/docker/lifecycle/saved.ts';
import { parseEvent } from '../../exporter/docker/parse/event.ts';
import { parseInspect } from '../../exporter/docker/parse/inspect.ts';
import { parseStats } from '../../exporter/docker/parse/stats.ts';
import { encodeAlert } from '../../exporter/documents/encode/alert.ts';
import { encodeEvent } from '../../exporter/documents/encode/event.ts';
import { parseNotification } from '../../exporter/http/alertmanager.ts';
import { viewOf } from './docker/host-bed.ts';
import { createLifeBed } from './docker/lifecycle/life-bed.ts';

const ID = 'a'.repeat(64);

/** What an object has of its own accord, and names that nobody thought of. */
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'),
  fc.string({ minLength: 1, maxLength: 12 }),
);
/** As they come: a text of JSON. */
const named = <T>(value: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 });
const textOf = (entries: readonly (readonly [string, unknown])[]) => JSON.stringify(Object.fromEntries(entries));
const sorted = (object: object | undefined) => Object.entries(object ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
const inOrder = (entries: readonly (readonly [string, unknown])[]) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
const holds = <T>(value: fc.Arbitrary<T>, check: (entries: readonly [string, T][]) => void) =>
  fc.assert(fc.property(named(value), check), { examples: [[[['__proto__', fc.sample(value, 1)[0] as T]]]] });

describe('whatever its keys are called, nothing is lost and nothing is put in another’s place:', () => {
  test('labels of a container', () => {
    holds(fc.string(), (labels) => {
      const said = `{"Id":"${ID}","Name":"/web","State":{"Status":"running"},"Config":{"Labels":${textOf(labels)}},"HostConfig":{}}`;
      const { description } = parseInspect(JSON.parse(said));
      expect(sorted(description.labels)).toEqual(inOrder(labels));
      const allowedLabels = labels.map(([name]) => name);
      const identity = viewOf({ allowedLabels }).identify({ id: ID, description });
      expect(Object.getPrototypeOf(identity?.infoLabels)).toBe(Object.prototype);
      const values = Object.values(identity?.infoLabels ?? {});
      for (const [name, value] of labels) if (/^\w+$/.test(name) && value !== '') expect(values).toContain(value);
    });
  });

  test('labels that are saved', () => {
    holds(fc.string(), (labels) => {
      const bed = createLifeBed();
      bed.learn({ state: 'running', labels: Object.fromEntries(labels) });
      const text = lifecycleText(
        bed.state,
        labels.map(([name]) => name),
      );
      const [saved] = savedLifecycle.parse(JSON.parse(text)).tallies.values();
      expect(sorted(saved?.description.labels)).toEqual(inOrder(labels));
    });
  });

  test('attributes of an event', () => {
    holds(fc.string(), (attributes) => {
      const line = `{"Type":"container","Action":"die","Actor":{"ID":"${ID}","Attributes":${textOf(attributes)}},"timeNano":1}`;
      const event = parseEvent(line);
      expect(sorted(event.attributes)).toEqual(inOrder(attributes));
      const document = encodeEvent(event, { host: 'edge-1', namespace: 'default' });
      for (const name of Object.keys(Object.prototype)) expect(document.json).not.toContain(name);
    });
  });

  test('labels and annotations of an alert', () => {
    holds(fc.stringMatching(/^[a-z]{0,9}$/), (texts) => {
      const alert = `{"status":"firing","labels":${textOf(texts)},"annotations":${textOf(texts)},"startsAt":"2026-11-21T00:45:52Z","fingerprint":"c01b"}`;
      const [parsed] = parseNotification(JSON.parse(`{"version":"4","alerts":[${alert}]}`)).alerts;
      expect([sorted(parsed?.labels), sorted(parsed?.annotations)]).toEqual([inOrder(texts), inOrder(texts)]);
      if (parsed === undefined) return;
      const document = JSON.parse(encodeAlert(parsed, { namespace: 'default' }).json) as { readonly labels: object };
      expect(Object.keys(document.labels).sort()).toEqual(texts.map(([name]) => name).sort());
    });
  });

  test('interfaces of a sample', () => {
    const counters = { rx_packets: 0, rx_dropped: 0, tx_bytes: 0, tx_packets: 0, tx_dropped: 0 };
    holds(
      fc.nat().map((bytes) => ({ ...counters, rx_bytes: bytes })),
      (networks) => {
        const stats = parseStats(JSON.parse(`{"read":"2026-11-21T00:45:52Z","networks":${textOf(networks)}}`));
        const told = stats?.networks?.map(({ interface: name, receiveBytes }) => [name, receiveBytes]);
        expect(told).toEqual(inOrder(networks).map(([name, of]) => [name, (of as { rx_bytes: number }).rx_bytes]));
      },
    );
  });
});
