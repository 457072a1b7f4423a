import type { Setting, Settings } from './environment.ts';

/** The options of `start` and its like that stand above file and environment. */
export interface CommandLine {
  readonly config?: string;
  /** ADDRESS:PORT, with brackets around IPv6 addresses. */
  readonly listen?: string;
  /** URLs; they replace the hosts of the file. */
  readonly host?: readonly string[];
  readonly logLevel?: string;
}

export function readCommandLine({ listen, host, logLevel }: CommandLine): Settings {
  const place = listen === undefined ? undefined : /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(listen);
  const settings: Setting[] = [];
  if (place) {
    settings.push({ path: ['listen', 'address'], value: place[1] ?? place[2], origin: '--listen' });
    settings.push({ path: ['listen', 'port'], value: Number(place[3]), origin: '--listen' });
  }
  if (host !== undefined) settings.push({ path: ['hosts'], value: host.map((url) => ({ url })), origin: '--host' });
  if (logLevel !== undefined) settings.push({ path: ['log', 'level'], value: logLevel, origin: '--log-level' });
  const expected = 'ADDRESS:PORT, such as 127.0.0.1:9713 or [::1]:9713';
  const faults =
    place === null ? [{ path: 'listen', expected, given: JSON.stringify(listen), origin: '--listen' }] : [];
  return { settings, faults };
}
