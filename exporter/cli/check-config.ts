import { z } from 'zod';
import type { LoadResult } from '../config/load.ts';
import { kindOf } from '../config/probes.ts';
import { redactConfig } from '../config/redact.ts';
import type { Config } from '../config/schema.ts';
import type { CliCommand } from './command.ts';
import { createLoader, defineConfigOptions, printFaults } from './config-options.ts';

export const checkConfig: CliCommand = {
  name: 'check-config',
  summary: 'Tell everything that is wrong with the configuration, or what would be watched.',
  define: (command) => {
    defineConfigOptions(command);
    command.option('--json', 'print faults, or the configuration without its secrets, as JSON');
  },
  run: async (context, options) => {
    const loaded = withMissing(await createLoader(context, options)());
    if (JsonOption.parse(options).json) {
      const content = loaded.ok ? { ...loaded, config: redactConfig(loaded.config) } : loaded;
      context.stdout.write(`${JSON.stringify(content, null, 2)}\n`);
    } else if (loaded.ok) {
      for (const warning of loaded.warnings) context.stderr.write(`${warning}\n`);
      context.stdout.write(summarize(loaded.config, loaded.sources));
    } else printFaults(context, loaded.faults);
    return loaded.ok ? 0 : 2;
  },
};

/** Warns of what the probes and modules that are configured need and this machine does not have. */
function withMissing(loaded: LoadResult): LoadResult {
  if (!loaded.ok) return loaded;
  const { probes, modules } = loaded.config;
  const kinds = new Set([...probes, ...Object.values(modules)].map(kindOf));
  const missing = [...kinds].flatMap(({ name, missing }) => {
    const what = missing?.();
    return what === undefined ? [] : [`probes of kind ${name} will fail: ${what}`];
  });
  return { ...loaded, warnings: [...loaded.warnings, ...missing] };
}

const JsonOption = z.object({ json: z.boolean().default(false) });

function summarize({ listen, hosts, containers, collectors }: Config, sources: readonly string[]): string {
  const off = Object.keys(collectors).filter((name) => collectors[name] === false);
  const lines = [
    ['from', sources.join(', ') || 'defaults'],
    ['listen', describeListen(listen)],
    ...hosts.map(({ name, url, tls }) => ['host', `${name}, ${url}${tls === undefined ? '' : ' with TLS'}`]),
    ['include', containers.include.join(', ') || 'nothing'],
    ['exclude', containers.exclude.join(', ') || 'nothing'],
    ['collectors', off.length === 0 ? 'all' : `all but ${off.join(', ')}`],
  ];
  return `The configuration is good.\n${lines.map(([key = '', value]) => `  ${key.padEnd(12)}${value}\n`).join('')}`;
}

function describeListen({ address, port, tls, auth }: Config['listen']): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${tls === undefined ? 'http' : 'https'}://${host}:${port}, ${auth === undefined ? 'no login' : 'with a login'}`;
}
