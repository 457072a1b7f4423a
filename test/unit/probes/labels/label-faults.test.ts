import { beforeEach, describe, expect, test } from 'vitest';
import { containerOf, declared, onBridge, probe } from './containers.ts';
import { createLabelsBed, labelled } from './labels-bed.ts';

let bed = createLabelsBed();
beforeEach(() => {
  bed = createLabelsBed();
});

describe('a fault in labels starts nothing, and says where it is', () => {
  const long = 'x'.repeat(200);
  test.each([
    ['an unknown kind', { 'a.htp': '/' }, 'a.htp: the probe is of no kind that labels can start: '],
    ['options alone', { 'a.interval': '1m', 'a.expect.status': '200' }, 'a.interval: the probe is of no kind'],
    ['two kinds', { 'a.http': '/', 'a.tcp': '80' }, 'a.tcp: the probe is of two kinds, http and tcp'],
    [
      'an unknown option',
      { 'a.tcp': '80', 'a.colour': 'red' },
      'a.colour: no option that labels can set; of tcp they can set interval, timeout, retries, port',
    ],
    ['a file', { 'a.http': '/', 'a.tls.ca_file': '/etc/shadow' }, 'a.tls.ca_file: no option that labels can set'],
    ['a secret', { 'a.http': '/', 'a.auth': '{}' }, 'a.auth: no option that labels can set'],
    ['a proxy', { 'a.http': '/', 'a.proxy': 'http://evil.example' }, 'a.proxy: no option that labels can set'],
    ['another target', { 'a.http': '/', 'a.url': 'http://evil.example' }, 'a.url: no option that labels can set'],
    ['a prototype', { 'a.tcp': '80', 'a.__proto__.x': '1' }, 'a.__proto__.x: no option that labels can set'],
    ['a constructor', { 'a.tcp': '80', 'a.constructor': '1' }, 'a.constructor: no option that labels can set'],
    ['a method that changes things', { 'a.http': '/', 'a.method': 'POST' }, 'a.method: expected one of GET, HEAD'],
    ['no path', { 'a.http': 'evil.example' }, 'a.http: expected a path, such as /health'],
    ['a path with a line break', { 'a.http': '/\r\nHost: evil' }, 'a.http: expected a path, such as /health'],
    ['no port', { 'a.tcp': 'https' }, 'a.tcp: expected an integer from 1 to 65535'],
    ['a port beyond all', { 'a.tcp': '70000' }, 'a.tcp: expected an integer from 1 to 65535'],
    ['an interval too short', { 'a.tcp': '80', 'a.interval': '9s' }, 'a.interval: expected at least 10s'],
    ['an endless timeout', { 'a.tcp': '80', 'a.timeout': '1h' }, 'a.timeout: expected at most 30s'],
    ['no duration', { 'a.tcp': '80', 'a.interval': 'often' }, 'a.interval: expected a duration'],
    [
      'a port of a container itself',
      { 'a.container': 'true', 'a.port': '80' },
      'a.port: no option that labels can set',
    ],
    ['something else than true', { 'a.container': 'edge-2/db' }, 'a.container: expected true'],
    ['a name with odd characters', { 'a b.tcp': '80' }, 'a b.tcp: expected harborlight.probe.NAME.KIND'],
    ['no name', { '.tcp': '80' }, '.tcp: expected harborlight.probe.NAME.KIND'],
    ['a key too long', { [`a.${long}`]: '80' }, `a.${long.slice(0, 108)}: expected harborlight.probe.NAME.KIND`],
    ['a value too long', { 'a.http': `/${'x'.repeat(2000)}` }, 'a.http: longer than 1024 characters'],
  ])('%s', (_what, labels, expected) => {
    expect(bed.look(labelled(labels))).toEqual([]);
    expect(bed.faults).toHaveLength(1);
    expect(bed.faults[0]).toContain(`web harborlight.probe.${expected}`);
  });

  test('a bad pattern', () => {
    expect(bed.look(labelled({ 'a.http': '/', 'a.expect.body': '(' }))).toEqual([]);
    expect(bed.faults).toEqual([
      'web harborlight.probe.a.expect.body: expected a pattern in the syntax of RE2, or a list of them',
    ]);
  });

  test('no port known, and no address', () => {
    bed.look(containerOf({ labels: probe({ 'a.http': '/' }), network: onBridge }));
    bed.look(containerOf({ labels: probe({ 'a.http': '/' }), network: declared(80) }));
    expect(bed.faults.map((fault) => fault.replace(/.*: /, ''))).toEqual([
      'expected the option port',
      'no address of it can be reached from here',
    ]);
  });

  test('more than the cap: the first by name start', () => {
    const labels = Object.fromEntries(['d', 'a', 'c', 'b', 'e'].map((name) => [`${name}.tcp`, '80']));
    expect(bed.look(labelled(labels)).map(({ seriesLabels }) => seriesLabels['probe'])).toEqual(['a', 'b', 'c']);
    expect(bed.faults).toEqual(
      ['d', 'e'].map(
        (name) => `web harborlight.probe.${name}.tcp: more than the 3 probes of probe_defaults.per_container`,
      ),
    );
  });

  test('of a thousand labels with faults a few are told', () => {
    bed.look(labelled(Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`p${at}.nonsense`, '']))));
    expect(bed.faults).toHaveLength(10);
    bed.faults.length = 0;
    bed.look(labelled(Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`p${at}.tcp`, '80']))));
    expect(bed.faults).toEqual(['web harborlight.probe: more than 200 labels of probes']);
  });

  test('after ten with faults no further one is read: each may hold patterns that take time', () => {
    const faulty = Array.from({ length: 10 }, (_, at) => [`a${at}.nonsense`, ''] as const);
    const good = ['b.tcp', '80'] as const;
    expect(bed.look(labelled(Object.fromEntries([...faulty.slice(1), good])))).toHaveLength(1);
    expect(bed.look(labelled(Object.fromEntries([...faulty, good])))).toEqual([]);
  });

  test('one with a fault leaves its neighbours alone', () => {
    expect(bed.look(labelled({ 'a.tcp': 'x', 'b.tcp': '80' }))).toHaveLength(1);
  });
});
