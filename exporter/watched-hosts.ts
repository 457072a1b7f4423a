import { isDeepStrictEqual } from 'node:util';
import type { HostConfig } from './config/schema.ts';
import type { Host } from './docker/host.ts';

/** The hosts that are watched at the moment; at a reload one whose configuration is the same goes on undisturbed. */
export interface WatchedHosts {
  readonly list: () => readonly WatchedHost[];
  /**
   * Starts those that are new or changed, all or none, then ends those that are gone. `takeOver` runs in between, at
   * once with the change of the list; when it throws, nothing was changed.
   */
  readonly replace: (configs: readonly HostConfig[], takeOver: () => void) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface WatchedHost {
  readonly config: HostConfig;
  readonly host: Host;
}

export function createWatchedHosts(open: (config: HostConfig) => Host, onGone: (name: string) => void): WatchedHosts {
  let watched: readonly WatchedHost[] = [];
  const close = async (gone: readonly WatchedHost[]) => {
    await Promise.all(gone.map(({ host }) => host.stop()));
  };
  /** Of a changed host the name stays. */
  const forget = (configs: readonly HostConfig[]) => {
    const names = new Set(watched.map(({ config }) => config.name));
    for (const { name } of configs) if (!names.has(name)) onGone(name);
  };
  return {
    list: () => watched,
    replace: async (configs, takeOver) => {
      const before = watched;
      const opened: WatchedHost[] = [];
      try {
        const next = configs.map((config) => {
          const same = before.find((old) => isDeepStrictEqual(old.config, config));
          if (same !== undefined) return same;
          const added = { config, host: open(config) };
          opened.push(added);
          return added;
        });
        takeOver();
        watched = next;
      } catch (error) {
        forget(configs);
        await close(opened);
        throw error;
      }
      forget(before.map(({ config }) => config));
      await close(before.filter((old) => !watched.includes(old)));
    },
    stop: () => close(watched),
  };
}
