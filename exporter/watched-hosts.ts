import { isDeepStrictEqual } from 'node:util';
import type { HostConfig } from './config/schema.ts';
import type { Host } from './docker/host.ts';

/** The hosts that are watched at the moment; at a reload one whose configuration is the same goes on undisturbed. */
export interface WatchedHosts {
  readonly list: () => readonly WatchedHost[];
  /** Starts those that are new or changed, ends those that are gone. */
  readonly replace: (configs: readonly HostConfig[]) => Promise<void>;
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
  return {
    list: () => watched,
    replace: async (configs) => {
      const before = watched;
      watched = configs.map(
        (config) => before.find((old) => isDeepStrictEqual(old.config, config)) ?? { config, host: open(config) },
      );
      const gone = before.filter((old) => !watched.includes(old));
      for (const { host } of gone) if (!watched.some((now) => now.host.name === host.name)) onGone(host.name);
      await close(gone);
    },
    stop: () => close(watched),
  };
}
