import { open } from 'node:fs/promises';

/** What was made, renamed or removed in a directory is so on the disk too: it is a file like others. */
export async function syncDirectory(directory: string): Promise<void> {
  const file = await open(directory, 'r');
  await file.sync().finally(() => file.close());
}
