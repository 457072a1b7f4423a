import { cp } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { command } from './command.ts';
import { repositoryPath } from './paths.ts';

/** Copies what the built product needs to run elsewhere: no sources, no development dependencies. */
export const stageProduct = async (folder: string): Promise<void> => {
  const listed = await command('npm', ['ls', '--all', '--omit=dev', '--parseable'], { cwd: repositoryPath });
  const modules = listed
    .trim()
    .split('\n')
    .map((path) => relative(repositoryPath, path))
    // The first is the product itself; a dependency's own are copied with it.
    .filter((path) => path !== '' && path.lastIndexOf('node_modules/') === 0);
  for (const path of ['package.json', ...modules]) {
    await cp(join(repositoryPath, path), join(folder, path), { recursive: true });
  }
  const benchmarks = join(repositoryPath, 'dist/bench');
  await cp(join(repositoryPath, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (path) => path !== benchmarks,
  });
};
