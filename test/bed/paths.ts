import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const findUp = (directory: string): string =>
  existsSync(join(directory, 'package.json')) ? directory : findUp(dirname(directory));

/** The checkout: also for benchmarks, which are compiled into another folder of it. */
export const repositoryPath = findUp(dirname(fileURLToPath(import.meta.url)));
/** The scripts of the bed. */
export const bedPath = join(repositoryPath, 'test/bed');
/** Where `test/bed/install` puts the real parts, and where running engines have their folders; see lib.sh. */
export const installedPath = process.env['TESTBED_ROOT'] ?? '/opt/testbed';
export const runPath = process.env['TESTBED_RUN'] ?? '/run/testbed';

/** An installed program of the bed: `docker`, `promtool-3` … */
export const program = (name: string): string => join(installedPath, 'bin', name);
/** The program of another Node version. */
export const nodeProgram = (version: '22' | '24'): string => join(installedPath, `node-${version}`, 'bin/node');
/** There when a search engine such as `opensearch-2` is installed. */
export const storeStamp = (name: string): string => join(installedPath, 'stores', name, '.made');
/** The built product. */
export const mainPath = join(repositoryPath, 'dist/main.js');

/** The text of a file, or undefined when there is none. */
export const readIfThere = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;
