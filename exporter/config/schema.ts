import { z } from 'zod';
import { collectors } from '../collectors/index.ts';
import { alerts } from './alerts.ts';
import { containers, overrides } from './containers.ts';
import { documents } from './documents.ts';
import { refuseUnwatched } from './expected-names.ts';
import type { Surroundings } from './fields.ts';
import { heartbeats } from './heartbeats.ts';
import { hosts } from './hosts.ts';
import { listen } from './listen.ts';
import { modules } from './modules.ts';
import { refuseSameNames } from './probe-names.ts';
import { probeDefaults, probes } from './probes.ts';
import { sinks } from './sinks.ts';
import { spool } from './spool.ts';
import { statusPage } from './status-page.ts';
import { describeTree, type OptionNode } from './tree.ts';

/** What was configured, with every default in its place: durations in milliseconds, files with their text. */
export type Config = z.output<ReturnType<typeof createConfigSchema>>;
export type HostConfig = Config['hosts'][number];

/** Every option there is: types, validation, reference and JSON Schema come from this one tree. */
export function createConfigSchema(surroundings: Surroundings) {
  return z
    .strictObject({
      name: z.string().min(1).exactOptional().describe("This exporter's name. Default: this machine's."),
      listen: listen(surroundings),
      paths: z
        .strictObject({
          data: z.string().min(1).default('data').describe('Folder for what has to survive a restart.'),
          cgroup: z
            .string()
            .min(1)
            .default('/sys/fs/cgroup')
            .describe("Where the machine's control groups are mounted."),
          proc: z.string().min(1).default('/proc').describe("Where the machine's processes are seen."),
        })
        .prefault({}),
      log: z
        .strictObject({
          level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least that is logged.'),
          format: z
            .enum(['auto', 'pretty', 'json'])
            .default('auto')
            .describe('ECS JSON, or lines for people; auto: those on a terminal.'),
        })
        .prefault({}),
      hosts: hosts(surroundings),
      containers: containers(),
      overrides: overrides(),
      collectors: z.strictObject(Object.fromEntries(collectors.map(collectorSwitch))).prefault({}),
      probes: probes(surroundings),
      probe_defaults: probeDefaults(),
      modules: modules(surroundings),
      heartbeats: heartbeats(surroundings),
      status_page: statusPage(),
      alerts: alerts(surroundings),
      documents: documents(),
      spool: spool(),
      sinks: sinks(surroundings),
    })
    .superRefine(refuseUnwatched, { when: () => true })
    .superRefine(refuseSameNames, { when: () => true })
    .transform(({ name, ...rest }) => ({ name: name ?? surroundings.hostname, ...rest }));
}

/** The tree as data, where nothing is read; the same each time. */
export function describeConfig(): OptionNode {
  described.tree ??= describeTree(createConfigSchema({ hostname: '', readText: () => Promise.resolve('') }));
  return described.tree;
}

// Only a memory of what a pure function gave: half of the time that it takes to load a configuration.
const described: { tree?: OptionNode } = {};

function collectorSwitch({ name }: { readonly name: string }) {
  return [name, z.boolean().default(true).describe(`[Its metrics](metrics.md#${name})`)] as const;
}
