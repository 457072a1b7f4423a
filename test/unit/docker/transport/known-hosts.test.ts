import { expect, test } from 'vitest';
import { isKnownHost } from '../../../../exporter/docker/transport/known-hosts.ts';

const TYPE = 'ssh-ed25519';
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOdny+n6174A/xvcCJo59qtearsjwUG6OLPyEKVIwDpr';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
/** Of edge-3 and of [edge-3]:2222, as ssh-keygen -H wrote them. */
const HASHED = `|1|Jd25G9dAJNcVzua/Tf50F6OpnWA=|CigyT9kgopEdUuku+E593oJNV8s= ${TYPE} ${KEY}
|1|5HWfTb12YtP7jZn1xCQlCyXDK+c=|en9NJGNrg3iEQD5GY0QXOKy9Pe8= ${TYPE} ${KEY}
`;

const isKnown = (file: string, host = 'edge-3', port = 22, key = KEY) =>
  isKnownHost(file, host, port, Buffer.from(key, 'base64'));
const lineOf = (hosts: string, key = KEY) => `${hosts} ${TYPE} ${key} somebody@somewhere\n`;

test.each([
  ['its name', 'edge-3'],
  ['its name in capitals', 'EDGE-3'],
  ['one of several names', '10.0.0.3,edge-3,edge-3.example'],
  ['its name and port', '[edge-3]:22'],
  ['a pattern', 'edge-*'],
  ['a pattern of one character', 'edge-?'],
  ['a pattern for all', '*'],
])('a host is known by %s', (_what, hosts) => {
  expect(isKnown(lineOf(hosts))).toBe(true);
  expect(isKnown(lineOf(hosts, OTHER))).toBe(false);
});

test.each([
  ['another name', 'edge-4'],
  ['a name that has its own inside', 'edge-33'],
  ['a pattern that only begins so', 'edge-'],
  ['a name whose point is any character', 'e.ge-3'],
  ['its name on another port', '[edge-3]:2222'],
  ['a pattern that excludes it', 'edge-*,!edge-3'],
  ['a comment', '# edge-3'],
  ['an authority for it', '@cert-authority edge-3'],
])('a host is not known by %s', (_what, hosts) => {
  expect(isKnown(lineOf(hosts))).toBe(false);
});

test('a host on another port is known by name and port, not by its name alone', () => {
  expect(isKnown(lineOf('[edge-3]:2222'), 'edge-3', 2222)).toBe(true);
  expect(isKnown(lineOf('edge-3'), 'edge-3', 2222)).toBe(false);
});

test('what one line excludes another may know', () => {
  expect(isKnown(lineOf('*,!edge-3') + lineOf('edge-3'))).toBe(true);
});

test('a hashed name is known, in any case and with its port', () => {
  expect(isKnown(HASHED)).toBe(true);
  expect(isKnown(HASHED, 'Edge-3')).toBe(true);
  expect(isKnown(HASHED, 'edge-3', 2222)).toBe(true);
  expect(isKnown(HASHED, 'edge-3', 2223)).toBe(false);
  expect(isKnown(HASHED, 'edge-4')).toBe(false);
});

test('a revoked key is refused, whatever other lines say', () => {
  expect(isKnown(lineOf('edge-3') + lineOf('@revoked *'))).toBe(false);
  expect(isKnown(lineOf('@revoked edge-4') + lineOf('edge-3'))).toBe(true);
  expect(isKnown(lineOf('@revoked *', OTHER) + lineOf('edge-3'))).toBe(true);
});

test('an IPv6 address is known', () => {
  expect(isKnown(lineOf('fd00::3'), 'fd00::3')).toBe(true);
  expect(isKnown(lineOf('[fd00::3]:2222'), 'fd00::3', 2222)).toBe(true);
});

test.each(['', '\n\n', 'edge-3\n', 'edge-3 ssh-ed25519\n', '@revoked\n', '|1|', '|1|a|b c d'])(
  'a file of "%s" knows nobody',
  (file) => {
    expect(isKnown(file)).toBe(false);
  },
);
