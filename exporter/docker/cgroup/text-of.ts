/** Of cgroup v1; '' is the unified hierarchy. */
export type Controller = '' | 'blkio' | 'cpu' | 'cpuacct' | 'memory' | 'pids';

/** The text of a container's file: of the unified hierarchy ('') or of a controller's; undefined where there is none. */
export type TextOf = (controller: Controller, file: string) => string | undefined;
