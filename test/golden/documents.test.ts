import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEvent } from '../../exporter/docker/parse/event.ts';
import { parseInspect } from '../../exporter/docker/parse/inspect.ts';
import { encodeEvent, isDocumented } from '../../exporter/documents/encode/event.ts';
import { encodeHealth } from '../../exporter/documents/encode/health.ts';
import { recordedContainers, recordedInspect } from '../unit/docker/recordings.ts';
import { recordedEngines } from './replay-engine.ts';

const place = { host: 'golden', namespace: 'default' };

/** What the recorded engine's events and health checks become. */
function documentsOf(engine: string): readonly string[] {
  const events = readFileSync(join(import.meta.dirname, engine, 'events.ndjson'), 'utf8')
    .trim()
    .split('\n');
  const health = recordedContainers(engine).flatMap((name) => {
    const { id: containerId, description, facts } = parseInspect(recordedInspect(engine, name));
    const { status, failingStreak, verdict } = facts.health ?? {};
    if (status === undefined || failingStreak === undefined || verdict === undefined) return [];
    const { check } = verdict;
    return [encodeHealth({ containerId, description, runtime: 'docker', status, failingStreak, check }, place)];
  });
  return [
    ...events
      .map(parseEvent)
      .filter((event) => isDocumented(event, { execEvents: false }))
      .map((event) => encodeEvent(event, place)),
    ...health,
  ].map(({ json }) => json);
}

test.each(recordedEngines())('the documents of the recorded %s are what was checked by hand', async (engine) => {
  const documents = documentsOf(engine);
  expect(documents.some((json) => json.includes('"dataset":"harborlight.health"'))).toBe(true);
  await expect(`${documents.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, engine, 'expected.ndjson'));
});
