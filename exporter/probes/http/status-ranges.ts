import { z } from 'zod';
import { oneOrMore } from '../../config/fields.ts';

/** Status codes from one to another, both included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

const RANGES = /^[1-5]\d\d(-[1-5]\d\d)?(, ?[1-5]\d\d(-[1-5]\d\d)?)*$/;

/** The option `expect.status`: `200`, `200-299`, `200-299, 404`, or a list of these. */
export function statusRanges() {
  const item = z.union([z.number(), z.string()]).refine(isStatus, { error: 'codes and ranges such as 200-299' });
  return oneOrMore(item, 'codes and ranges such as 200-299, or a list of them', 'Status codes that are good.')
    .prefault('200-299')
    .transform((items): readonly StatusRange[] => items.flatMap((one) => parseRanges(String(one))));
}

function isStatus(item: string | number): boolean {
  const text = String(item);
  return RANGES.test(text) && parseRanges(text).every(({ from, to }) => from <= to);
}

function parseRanges(text: string): readonly StatusRange[] {
  return text.split(',').map((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return { from: Number(from), to: Number(to) };
  });
}

export function includesStatus(ranges: readonly StatusRange[], status: number): boolean {
  return ranges.some(({ from, to }) => from <= status && status <= to);
}

/** As they can be written. */
export function formatRanges(ranges: readonly StatusRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}
