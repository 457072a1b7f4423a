import { existsSync } from 'node:fs';
import type { TestOptions } from 'vitest';
import { installedPath, nodeProgram, program, storeStamp } from './paths.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The parts whose lack skipped a suite or a test; the reporter names them at the end. */
    missing?: readonly Missing[];
  }
}

export interface Missing {
  readonly part: string;
  /** What to do about it, in a few words. */
  readonly remedy: string;
}

interface Requirement {
  readonly files: readonly string[];
  readonly root?: true;
  readonly remedy?: string;
}

const engine = (version: string): Requirement => ({
  files: [program(`dockerd-${version}`), program('docker'), program('runc')],
  root: true,
});
const store = (name: string): Requirement => ({ files: [storeStamp(name)] });
/** One that does not run on Debian's own JDK. */
const newerStore = (name: string): Requirement => ({
  ...store(name),
  remedy: 'install a JDK 21 or later, then run test/bed/install as root',
});
const requirements = {
  linux: { files: ['/proc/self/task'], remedy: 'run the tests on Linux' },
  'docker-28': engine('28'),
  'docker-20': engine('20'),
  'docker-cli-28': { files: [program('docker')] },
  'docker-cli-20': { files: [program('docker-20')] },
  compose: { files: [program('docker-compose')] },
  podman: { files: ['/usr/bin/podman', program('runc')], root: true },
  tls: { files: ['/usr/bin/openssl'] },
  ssh: { files: ['/usr/sbin/sshd', '/usr/bin/ssh-keygen'], root: true },
  'prometheus-3': { files: [program('prometheus-3')] },
  'prometheus-2': { files: [program('prometheus-2')] },
  'promtool-3': { files: [program('promtool-3')] },
  'promtool-2': { files: [program('promtool-2')] },
  alertmanager: { files: [program('alertmanager'), program('amtool')] },
  nginx: { files: ['/usr/sbin/nginx'] },
  redis: { files: ['/usr/bin/redis-server'] },
  postgres: { files: ['/usr/lib/postgresql/15/bin/postgres'], root: true },
  mariadb: { files: ['/usr/sbin/mariadbd'], root: true },
  dovecot: { files: ['/usr/sbin/dovecot'], root: true },
  aiosmtpd: { files: ['/usr/lib/python3/dist-packages/aiosmtpd/main.py'] },
  dnsmasq: { files: ['/usr/sbin/dnsmasq'] },
  etcd: { files: ['/usr/bin/etcd'] },
  tinyproxy: { files: ['/usr/bin/tinyproxy'] },
  ping: { files: ['/usr/bin/ping'] },
  strace: { files: ['/usr/bin/strace'] },
  'small-disk': { files: ['/usr/bin/mount'], root: true },
  chromium: { files: ['/usr/bin/chromium'] },
  blackbox: { files: [program('blackbox_exporter')] },
  'opensearch-2': store('opensearch-2'),
  'opensearch-3': newerStore('opensearch-3'),
  'elasticsearch-8': store('elasticsearch-8'),
  'elasticsearch-9': newerStore('elasticsearch-9'),
  'rsyslog-elasticsearch': { files: ['/usr/sbin/rsyslogd', '/var/lib/dpkg/info/rsyslog-elasticsearch.list'] },
  'openmetrics-parser': { files: [`${installedPath}/python/bin/python3`] },
  vm2: {
    files: [`${installedPath}/vm2/.made`, program('docker')],
    root: true,
    remedy: 'run test/bed/vm2-install as root',
  },
  'node-22': { files: [nodeProgram('22')] },
  'node-24': { files: [nodeProgram('24')] },
} as const satisfies Record<string, Requirement>;

/** A real part that a test can need. */
export type Part = keyof typeof requirements;

const findMissing = (part: Part): Missing | undefined => {
  const { files, root, remedy = 'run test/bed/install as root' }: Requirement = requirements[part];
  if (!files.every((file) => existsSync(file))) return { part, remedy };
  if (root === true && process.getuid?.() !== 0) return { part, remedy: 'run the tests as root' };
  return undefined;
};

/**
 * Options of a suite or test that needs real parts: `describe('…', needing('docker-28'), () => …)`. Without them it is
 * skipped. Hooks belong inside that suite, or they run all the same.
 */
export const needing = (...parts: readonly Part[]): TestOptions => {
  const missing = parts.map(findMissing).filter((found) => found !== undefined);
  return missing.length === 0 ? {} : { skip: true, meta: { missing } };
};
