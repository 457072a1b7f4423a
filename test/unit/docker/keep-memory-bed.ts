import { pino } from 'pino';
import type { TestContext } from 'vitest';
import { keepMemory } from '../../../exporter/docker/keep-memory.ts';
import type { MemoryFile } from '../../../exporter/docker/memory-file.ts';
import { type LogLine, viewOf } from './host-bed.ts';
import { idOf } from './lifecycle/life-bed.ts';

interface Written {
  readonly text: string;
  readonly isDurable: boolean;
}

/** A disk that does what a test says. */
export function createDisk(saved?: string) {
  const written: Written[] = [];
  const disk = {
    written,
    underWay: 0,
    mostUnderWay: 0,
    isBroken: false,
    /** A write waits for it. */
    hangs: undefined as Promise<void> | undefined,
    read: () => saved,
  };
  const file: MemoryFile = {
    path: '/data/edge-1.json',
    read: () => disk.read(),
    write: async (text, isDurable) => {
      disk.underWay++;
      disk.mostUnderWay = Math.max(disk.mostUnderWay, disk.underWay);
      try {
        await disk.hangs;
        if (disk.isBroken) throw new Error('ENOSPC');
        written.push({ text, isDurable });
      } finally {
        disk.underWay--;
      }
    },
  };
  return { disk, file };
}

/** A memory that is kept on such a disk, current from the beginning. */
export function keep(
  { onTestFinished }: TestContext,
  { disk, file } = createDisk(),
  matchedLabels?: () => readonly string[],
) {
  const log: LogLine[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(JSON.parse(line) as LogLine) });
  const stopping = new AbortController();
  const memory = keepMemory({ host: 'edge-1', file, logger, matchedLabels }, stopping.signal);
  onTestFinished(() => {
    stopping.abort();
  });
  memory.meet('engine');
  memory.goCurrent();
  let told = 0;
  return {
    disk,
    memory,
    stopping,
    log,
    /** What is written at last holds it. */
    lastText: () => disk.written.at(-1)?.text ?? '',
    tell: (action: string, attributes = {}) => {
      const named = { name: 'web', ...attributes };
      const timeNano = `${Date.now()}${String(told++).padStart(6, '0')}`;
      const event = { type: 'container', action, actorId: idOf('web'), attributes: named, timeNano };
      if (memory.ledger.add(event)) memory.lifecycle.apply(event, true);
    },
    exits: () =>
      memory.snapshot({ view: viewOf(), isUp: true, isStreaming: true, clockSkewSeconds: 0 }).lifecycle?.exits,
  };
}
