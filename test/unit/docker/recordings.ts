import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '../../golden');

/** The engines whose answers were recorded. */
export const RECORDED_ENGINES: readonly string[] = readdirSync(GOLDEN).filter((name) => name.startsWith('engine-'));

export function recordedJson(engine: string, path: string): unknown {
  const answer: unknown = JSON.parse(readFileSync(join(GOLDEN, engine, path), 'utf8'));
  return answer;
}

export function recordedContainers(engine: string): readonly string[] {
  return readdirSync(join(GOLDEN, engine, 'inspect')).map((file) => file.replace(/\.json$/, ''));
}

export function recordedEvents(engine: string): readonly string[] {
  const text = readFileSync(join(GOLDEN, engine, 'events.ndjson'), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

export const recordedInspect = (engine: string, name: string) => recordedJson(engine, `inspect/${name}.json`);
export const recordedStats = (engine: string, name: string) => recordedJson(engine, `stats/${name}.json`);

type Json = Readonly<Record<string, unknown>>;

/** The answer with these fields over its own, at any depth; what is undefined is taken away. */
export function changed(answer: unknown, changes: Json): Json {
  // Every recorded answer is an object.
  const merged: Record<string, unknown> = { ...(answer as Json) };
  for (const [key, change] of Object.entries(changes)) {
    merged[key] = isObject(change) && isObject(merged[key]) ? changed(merged[key], change) : change;
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
