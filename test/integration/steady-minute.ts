import { setTimeout as delay } from 'node:timers/promises';
import type { RecordingProxy } from './recording-proxy.ts';
import type { Scrapes } from './scrapes.ts';

const MINUTE_MS = 60_000;
const SCRAPES = 4;

/** What an engine was asked in a minute in which nothing happened but a scrape every 15 s. */
export interface MinuteOfCalls {
  readonly listsOfAll: number;
  readonly listsOfNewest: number;
  readonly infos: number;
  readonly oneShotStats: number;
  readonly inspects: number;
  /** Everything else but pings. */
  readonly others: readonly string[];
}

const KINDS = {
  listsOfAll: /^GET \/containers\/json\?all=1$/,
  listsOfNewest: /^GET \/containers\/json\?all=1&limit=\d+$/,
  infos: /^GET \/info$/,
  oneShotStats: /^GET \/containers\/[0-9a-f]{64}\/stats\?stream=false&one-shot=true$/,
  inspects: /^GET \/containers\/[0-9a-f]{64}\/json$/,
  pings: /^GET \/_ping$/,
} as const;

export const watchSteadyMinute = async (proxy: RecordingProxy, scrapes: Scrapes): Promise<MinuteOfCalls> => {
  proxy.takeCalls();
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    await scrapes.read();
    await delay(MINUTE_MS / SCRAPES);
  }
  const calls = proxy.takeCalls();
  const count = (kind: keyof typeof KINDS) => calls.filter((call) => KINDS[kind].test(call)).length;
  return {
    listsOfAll: count('listsOfAll'),
    listsOfNewest: count('listsOfNewest'),
    infos: count('infos'),
    oneShotStats: count('oneShotStats'),
    inspects: count('inspects'),
    others: calls.filter((call) => !Object.values(KINDS).some((kind) => kind.test(call))),
  };
};
