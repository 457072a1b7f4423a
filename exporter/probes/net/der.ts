/** One element of DER, the binary form of certificates (X.690). */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With its tag and length. */
  readonly whole: Buffer;
}

export const DER_SEQUENCE = 0x30;
export const DER_OBJECT_IDENTIFIER = 0x06;

/** The elements that stand one after another. Throws on what is no DER. */
export function readElements(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { from, length } = readLength(bytes, at + 1);
    if (from + length > bytes.length) throw new Error('read DER: it ends within an element');
    elements.push({
      tag: bytes.readUInt8(at),
      content: bytes.subarray(from, from + length),
      whole: bytes.subarray(at, from + length),
    });
    at = from + length;
  }
  return elements;
}

/** Below 128 the length itself, else how many bytes it takes, and these. */
function readLength(bytes: Buffer, at: number): { readonly from: number; readonly length: number } {
  const first = bytes.readUInt8(at);
  if (first < 0x80) return { from: at + 1, length: first };
  const size = first & 0x7f;
  if (size < 1 || size > 4) throw new Error('read DER: an element of no known length');
  return { from: at + 1 + size, length: bytes.readUIntBE(at + 1, size) };
}

/** `2.5.4.3`: seven bits a byte, the first number holds two. */
export function readObjectIdentifier(content: Buffer): string {
  const numbers: bigint[] = [];
  let number = 0n;
  for (const byte of content) {
    number = (number << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0n;
  }
  const [first = 0n, ...rest] = numbers;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}
