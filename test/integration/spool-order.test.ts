import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { startSpoolProducer } from './spool-producer.ts';
import { parseTrace, type SystemCall } from './system-calls.ts';

const TRACED = 'openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate';

// kill -9 leaves the kernel's memory as it is: only the order of calls tells what the end of the machine would leave (R54).
describe('the order of what the spool asks of the disk', needing('strace'), () => {
  let folder: string;
  let calls: readonly SystemCall[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harborlight-order-'));
    const trace = join(folder, 'trace');
    const producer = startSpoolProducer({
      directory: join(folder, 'spool'),
      from: 1,
      count: 4000,
      loops: 1,
      pauseMs: 5,
      segmentBytes: 100_000,
      sinks: ['reads'],
      under: ['strace', '-f', '-y', '-s', '100', '--seccomp-bpf', '-e', `trace=${TRACED}`, '-o', trace],
    });
    await producer.ended;
    expect(producer.acknowledged).toHaveLength(4000);
    calls = parseTrace(await readFile(trace, 'utf8'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const named = (name: RegExp, args: RegExp) => calls.filter((call) => name.test(call.name) && args.test(call.args));
  const pathIn = ({ args }: SystemCall) => /(?:<|")([^">]*\.segment)/.exec(args)?.[1] ?? '';
  const firstIn = (call: SystemCall | undefined) => Number(/(\d+)\.segment/.exec(call ? pathIn(call) : '')?.[1]);
  const isBetween = (call: SystemCall, from: SystemCall, to: SystemCall) =>
    call.began > from.ended && call.ended < to.began;
  const directorySyncs = () => named(/^fsync$/, /\/spool>/);
  const segmentsMade = () => named(/^openat$/, /\.segment".*O_CREAT\|O_EXCL/);
  const lastBefore = (list: readonly SystemCall[], { began }: SystemCall) =>
    list.findLast(({ ended }) => ended < began);

  test('a document is told as stored only after its record was written and synced', () => {
    const acknowledgements = named(/^write$/, /^1<.*"a /);
    const writes = named(/^pwrite64$/, /\.segment>/);
    const syncs = named(/^fdatasync$/, /\.segment>/);
    expect(acknowledgements).toHaveLength(80);
    expect(writes).toHaveLength(80);
    const late = acknowledgements.filter((acknowledgement) => {
      const write = lastBefore(writes, acknowledgement);
      return !syncs.some((sync) => write && pathIn(sync) === pathIn(write) && isBetween(sync, write, acknowledgement));
    });
    expect(late).toEqual([]);
  });

  test('a new segment is in its directory before anything is written to it', () => {
    expect(segmentsMade().length).toBeGreaterThan(4);
    const unsynced = segmentsMade().filter((made) => {
      const [first] = named(/^pwrite64$/, /\.segment>/).filter((write) => pathIn(write) === pathIn(made));
      return first === undefined || !directorySyncs().some((sync) => isBetween(sync, made, first));
    });
    expect(unsynced).toEqual([]);
  });

  const replacements = (name: string) => {
    const renames = named(/^rename/, new RegExp(`${name}\\.new".*${name}"`));
    return renames.map((rename) => ({
      rename,
      sync: lastBefore(named(/^fsync$/, new RegExp(`${name}\\.new>`)), rename),
      write: lastBefore(named(/^write$/, new RegExp(`${name}\\.new>`)), rename),
    }));
  };
  const isSyncedBefore = (change: SystemCall, end: Pick<SystemCall, 'began'>) =>
    directorySyncs().some(({ began, ended }) => began > change.ended && ended < end.began);

  test.each(['snapshot.json', 'cursor-reads.json'])('%s is written, synced, renamed and synced by its name', (name) => {
    expect(replacements(name).length).toBeGreaterThan(1);
    for (const { write, sync, rename } of replacements(name)) {
      expect(write?.ended).toBeLessThan(sync?.began ?? -1);
      expect(sync?.ended).toBeLessThan(rename.began);
      expect(isSyncedBefore(rename, { began: Number.POSITIVE_INFINITY })).toBe(true);
    }
  });

  test('a snapshot is on disk before the segment after it is begun', () => {
    const snapshots = replacements('snapshot.json');
    expect(snapshots).toHaveLength(segmentsMade().length);
    const late = segmentsMade().filter((made, at) => {
      const snapshot = snapshots[at];
      return snapshot === undefined || !isSyncedBefore(snapshot.rename, made);
    });
    expect(late).toEqual([]);
  });

  test('a segment is deleted only when a cursor behind it is on disk', () => {
    const deletions = named(/^unlink/, /\.segment"/).filter(({ result }) => result === '0');
    expect(deletions.length).toBeGreaterThan(2);
    const cursors = replacements('cursor-reads.json');
    for (const deletion of deletions) {
      const saved = cursors.findLast(({ rename }) => isSyncedBefore(rename, deletion));
      const acknowledged = Number(/acknowledged\\":(\d+)/.exec(saved?.write?.args ?? '')?.[1]);
      const [following] = segmentsMade().filter((made) => pathIn(made) > pathIn(deletion));
      expect(acknowledged).toBeGreaterThanOrEqual(firstIn(following) - 1);
      expect(directorySyncs().some(({ began }) => began > deletion.ended)).toBe(true);
    }
  });
});
