import { isIP } from 'node:net';
import { bytesOf } from './address-bytes.ts';

/** Addresses that begin with the same bits. */
export interface AddressBlock {
  readonly bytes: readonly number[];
  readonly bits: number;
}

const BLOCK = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/;

/** Of `10.0.0.0/8`, `fd00::/8`, or one address; undefined for what is neither. */
export function readBlock(text: string): AddressBlock | undefined {
  const [, address = '', digits] = BLOCK.exec(text) ?? [];
  if (isIP(address) === 0) return undefined;
  const bytes = bytesOf(address);
  const bits = digits === undefined ? bytes.length * 8 : Number(digits);
  return bits > bytes.length * 8 ? undefined : { bytes, bits };
}

/** Of a text that is known to be one. Throws on any other. */
export function parseBlock(text: string): AddressBlock {
  const block = readBlock(text);
  if (block === undefined) throw new Error(`${text} is no block of addresses`);
  return block;
}

/** Whether an address is in a block: never one of the other family. */
export function isWithin(address: readonly number[], { bytes, bits }: AddressBlock): boolean {
  if (address.length !== bytes.length) return false;
  const whole = Math.floor(bits / 8);
  if (bytes.slice(0, whole).some((byte, at) => byte !== address[at])) return false;
  const rest = 0xff00 >> (bits % 8);
  return ((bytes[whole] ?? 0) & rest & 0xff) === ((address[whole] ?? 0) & rest & 0xff);
}
