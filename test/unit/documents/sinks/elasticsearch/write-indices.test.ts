import { describe, expect, test } from 'vitest';
import { createWriteIndices } from '../../../../../exporter/documents/sinks/elasticsearch/write-indices.ts';

const remember = (start?: string) => {
  let note = start;
  const memory = {
    inDoubtUpTo: 0,
    note: () => note,
    setNote: (text: string) => {
      note = text;
    },
  };
  return { memory, note: () => note };
};

describe('the indices that were written to', () => {
  test('are known to the next process, the oldest of the last four first', () => {
    const { memory, note } = remember();
    const indices = createWriteIndices(memory);
    for (const at of [1, 2, 3, 4, 5]) indices.seen('logs-a', `.ds-logs-a-00000${at}`);
    indices.seen('logs-b', '.ds-logs-b-000001');
    expect(indices.current('logs-a')).toBe('.ds-logs-a-000005');
    expect(indices.atStart('logs-a')).toBeUndefined();
    const next = createWriteIndices(remember(note()).memory);
    expect(next.atStart('logs-a')).toBe('.ds-logs-a-000002');
    expect(next.current('logs-b')).toBe('.ds-logs-b-000001');
  });

  test('do not go back when answers overtake each other', () => {
    const { memory } = remember();
    const indices = createWriteIndices(memory);
    for (const index of ['a-1', 'a-2', 'a-1']) indices.seen('logs-a', index);
    expect(indices.current('logs-a')).toBe('a-2');
  });

  test('fit into the note, whatever number of streams there is', () => {
    const { memory, note } = remember();
    const indices = createWriteIndices(memory);
    for (let stream = 0; stream < 400; stream++) {
      indices.seen(
        `logs-harborlight.container-${stream}`,
        `.ds-logs-harborlight.container-${stream}-2026.11.28-000001`,
      );
      expect(Buffer.byteLength(note() ?? '')).toBeLessThanOrEqual(4096);
    }
  });

  test.each(['', 'position 17', '[]', '{"a":1,"b":[2]}', 'null'])('a note that says %j says nothing', (text) => {
    const indices = createWriteIndices(remember(text).memory);
    expect(indices.current('a')).toBeUndefined();
    expect(indices.current('b')).toBeUndefined();
  });
});
