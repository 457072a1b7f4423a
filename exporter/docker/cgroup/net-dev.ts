import type { InterfaceSample } from '../../model/sample.ts';
import { digitsBetween } from './parse.ts';

/**
 * `/proc/PID/net/dev`: what the process' network namespace has, by name, without its loopback, the devices that a
 * kernel with tunnel modules puts into each namespace, and the inner side of an engine in the container: the engine
 * outside tells none of these either.
 */
export function parseNetDev(text: string): readonly InterfaceSample[] {
  return text
    .split('\n')
    .flatMap(readInterface)
    .sort((a, b) => (a.interface < b.interface ? -1 : 1));
}

const NOT_THE_CONTAINERS = new Set([
  'lo',
  'tunl0',
  'gre0',
  'gretap0',
  'erspan0',
  'ip_vti0',
  'ip6_vti0',
  'sit0',
  'ip6tnl0',
  'ip6gre0',
]);
/**
 * Bridges of an engine in the container, and the ends of its own containers' interfaces: their traffic is eth0's once more, and
 * their names come and go. U+FFFD stands for a byte that is no text: two names may become one.
 */
const INNER = /^(?:veth|docker|br-|podman|cni|cali|flannel|virbr)|\uFFFD/;
/** Eight of what was received, eight of what was sent. */
const COLUMNS = 16;

function readInterface(line: string): readonly InterfaceSample[] {
  // A name may hold a colon, of an alias; no number does.
  const colon = line.lastIndexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim();
  if (name === '' || NOT_THE_CONTAINERS.has(name) || INNER.test(name)) return [];
  const numbers = numbersFrom(line, colon + 1);
  const [receiveBytes, receivePackets, receiveErrors, receiveDropped] = numbers;
  const [transmitBytes, transmitPackets, transmitErrors, transmitDropped] = numbers.slice(COLUMNS / 2);
  const values = {
    receiveBytes,
    receivePackets,
    receiveErrors,
    receiveDropped,
    transmitBytes,
    transmitPackets,
    transmitErrors,
    transmitDropped,
  };
  return numbers.length >= COLUMNS && isComplete(values) ? [{ interface: name, ...values }] : [];
}

const SPACE = 32;

/** Behind spaces, as many as there are; undefined for what is no number. */
function numbersFrom(line: string, from: number): readonly (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  for (let at = from; at < line.length; at++) {
    if (line.charCodeAt(at) === SPACE) continue;
    const space = line.indexOf(' ', at);
    const end = space === -1 ? line.length : space;
    numbers.push(digitsBetween(line, at, end));
    at = end;
  }
  return numbers;
}

function isComplete<T extends object>(values: T): values is { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.values(values).every((value) => value !== undefined);
}
