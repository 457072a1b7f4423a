import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** The system's own table of names, read again when it changed. */
export interface HostsFile {
  readonly addressesOf: (name: string, family: 4 | 6) => readonly string[];
}

type Table = ReadonlyMap<string, readonly string[]>;

const NO_NAMES: Table = new Map();

export function createHostsFile(path: string): HostsFile {
  let stamp = '';
  let table = NO_NAMES;
  const refresh = () => {
    try {
      const { mtimeMs, size, ino } = statSync(path);
      const now = `${mtimeMs} ${size} ${ino}`;
      if (now === stamp) return;
      table = parseHosts(readFileSync(path, 'utf8'));
      stamp = now;
    } catch {
      // Not every system has one, and one that cannot be read tells nothing.
      table = NO_NAMES;
      stamp = '';
    }
  };
  return {
    addressesOf: (name, family) => {
      refresh();
      const addresses = table.get(name.toLowerCase().replace(/\.$/, '')) ?? [];
      return addresses.filter((address) => isIP(address) === family);
    },
  };
}

/** `127.0.0.1 localhost  # comment` */
function parseHosts(text: string): Table {
  const table = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((one) => one.toLowerCase())) table.set(name, [...(table.get(name) ?? []), address]);
  }
  return table;
}
