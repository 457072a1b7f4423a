import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Variant } from './store-kind.ts';

/** One thing that a store gets. */
export interface Installable {
  readonly kind: InstallableKind;
  /** Such as harborlight@mappings. */
  readonly name: string;
  /** Where it is asked for and put. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type InstallableKind = 'ilm' | 'ism' | 'component' | 'template' | 'role';

/** In the order of installing: what is named by others comes before them. */
const KINDS: readonly (readonly [InstallableKind, RegExp])[] = [
  ['ilm', /^\/_ilm\/policy\//],
  ['ism', /^\/_plugins\/_ism\/policies\//],
  ['component', /^\/_component_template\//],
  ['template', /^\/_index_template\//],
  ['role', /^\/(?:_security\/role|_plugins\/_security\/api\/roles)\//],
];

/** From exporter/setup/ as from dist/setup/. */
const FOLDER = new URL('../../logstash/', import.meta.url);

/** A file of logstash/, the only source of what is installed. */
export function readInstallable(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** Everything for one kind of store: a file's path in its folder is where the store takes it. */
export function loadInstallables(variant: Variant): readonly Installable[] {
  const folder = fileURLToPath(new URL(`elasticsearch/${variant}/`, FOLDER));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const installables = files.map((file) => toInstallable(variant, file.replaceAll('\\', '/')));
  return KINDS.flatMap(([kind]) =>
    installables.filter((one) => one.kind === kind).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

const Body = z.record(z.string(), z.unknown());

function toInstallable(variant: Variant, file: string): Installable {
  const path = `/${file.slice(0, -'.json'.length)}`;
  const kind = KINDS.find(([, pattern]) => pattern.test(path))?.[0];
  if (kind === undefined) throw new Error(`no place in a store for ${file}`);
  const body = Body.parse(JSON.parse(readInstallable(`elasticsearch/${variant}/${file}`)));
  return { kind, name: path.slice(path.lastIndexOf('/') + 1), path, body };
}
