import type { CgroupDirectories } from './directories.ts';
import type { KernelFiles, OpenFile } from './file.ts';
import type { Controller, TextOf } from './text-of.ts';

/** The files of one container's groups. */
export interface GroupFiles {
  readonly textOf: TextOf;
  /** Of files that were not there: they are looked for again from now on. */
  readonly forgetAbsent: () => void;
  readonly close: () => void;
}

/** Which files there are depends on the kernel and on controllers, which seldom change: one that is not there is remembered. */
export function createGroupFiles({ unified, controllers }: CgroupDirectories, { open }: KernelFiles): GroupFiles {
  // Two steps: to join both names at each read costs more than the read of some files.
  const files = new Map<Controller, Map<string, OpenFile | undefined>>();
  const filesOf = (controller: Controller) => {
    const known = files.get(controller);
    if (known !== undefined) return known;
    const none = new Map<string, OpenFile | undefined>();
    files.set(controller, none);
    return none;
  };
  const openIn = (controller: Controller, name: string): OpenFile | undefined => {
    const directory = controller === '' ? unified : controllers.get(controller);
    if (directory === undefined) return undefined;
    const opened = open(`${directory}/${name}`);
    return 'read' in opened ? opened : undefined;
  };

  return {
    textOf: (controller, name) => {
      const known = filesOf(controller);
      let file = known.get(name);
      if (file === undefined && !known.has(name)) {
        file = openIn(controller, name);
        known.set(name, file);
      }
      const read = file?.read();
      if (read === undefined || 'text' in read) return read?.text;
      file?.close();
      known.set(name, undefined);
      return undefined;
    },
    forgetAbsent: () => {
      for (const known of files.values()) for (const [name, file] of known) if (file === undefined) known.delete(name);
    },
    close: () => {
      for (const known of files.values()) for (const file of known.values()) file?.close();
      files.clear();
    },
  };
}
