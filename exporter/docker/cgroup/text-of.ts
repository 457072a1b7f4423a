/** The text of a container's file: of the unified hierarchy ('') or of a controller's; undefined where there is none. */
export type TextOf = (
  controller: '' | 'blkio' | 'cpu' | 'cpuacct' | 'memory' | 'pids',
  file: string,
) => string | undefined;
