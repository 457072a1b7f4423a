import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { type Store, startStore } from '../bed/store.ts';
import { notePid, storesPath } from '../bed/store-folder.ts';
import { setup as sweep } from '../bed/sweep.ts';
import { openCaseStore } from '../store/cases/case-store.ts';

describe('a real search engine of the bed', needing('opensearch-2'), () => {
  let store: Store;
  beforeAll(async () => {
    store = await startStore({ product: 'opensearch' });
  });
  afterAll(() => store.stop());

  test('has what it acknowledged after it was killed, and other settings when it is started anew', {
    timeout: 180_000,
  }, async () => {
    const { bulk, send } = openCaseStore(store.url, 'opensearch-2');
    expect(await bulk('kept', { create: { _id: 'a' } }, { n: 1 })).toBe('200: 201');
    await store.kill();
    await expect(fetch(store.url)).rejects.toThrow();
    await store.restart({ 'http.max_content_length': '1kb' });
    expect((await send({ method: 'GET', path: '/kept/_doc/a?filter_path=_source' })).text).toBe('{"_source":{"n":1}}');
    expect(await bulk('kept', { create: { _id: 'b' } }, { text: 'x'.repeat(2_000) })).toBe('413');
  });
});

test('a search engine whose test process is gone is ended, and its folder deleted', async () => {
  const gone = spawn('true');
  await once(gone, 'exit');
  const directory = join(storesPath, `test-${gone.pid}-abcdef`);
  mkdirSync(directory, { recursive: true });
  const engine = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', directory]);
  const ended = once(engine, 'exit');
  onTestFinished(() => void engine.kill('SIGKILL'));
  notePid(directory, engine.pid ?? 0);
  await sweep();
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(directory)).toBe(false);
});
