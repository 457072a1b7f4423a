import { describe, expect, it } from 'vitest';
import { escapeLabelValue, escapeOpenMetricsHelp, escapeTextHelp } from '../../../exporter/metrics/escape.ts';

describe('escapeLabelValue', () => {
  it('escapes backslashes, quotes and line feeds', () => {
    expect(escapeLabelValue('C:\\tmp "a"\nb')).toBe('C:\\\\tmp \\"a\\"\\nb');
  });

  it('leaves other control characters and characters of any plane as they are', () => {
    expect(escapeLabelValue('\r\t\u2028 ü 漢 🚢')).toBe('\r\t\u2028 ü 漢 🚢');
  });

  it('writes half of a surrogate pair as U+FFFD', () => {
    expect(escapeLabelValue('a\uD83Db\uDEA2')).toBe('a\uFFFDb\uFFFD');
  });
});

describe('help', () => {
  it('keeps its quotes in text 0.0.4', () => {
    expect(escapeTextHelp('Says "a\\b"\n.')).toBe('Says "a\\\\b"\\n.');
  });

  it('has its quotes escaped in OpenMetrics', () => {
    expect(escapeOpenMetricsHelp('Says "a\\b"\n.')).toBe('Says \\"a\\\\b\\"\\n.');
  });
});
