import { DER_OBJECT_IDENTIFIER, DER_SEQUENCE, readElements, readObjectIdentifier } from './der.ts';

export interface CertificateNames {
  readonly subject: string;
  readonly issuer: string;
}

/**
 * The names of a certificate (DER) as blackbox_exporter tells them, which is how Go writes them: what it has a name for in an
 * order of its own, before the rest, whatever the certificate's order; RFC 2253 beyond that. Node.js tells another order.
 * Throws on what is no certificate.
 */
export function readCertificateNames(certificate: Buffer): CertificateNames {
  const parts = readElements(firstContent(firstContent(certificate)));
  // The version is left out of the oldest ones; then serial number, algorithm, issuer, validity, subject.
  const [issuer, , subject] = parts.slice(parts[0]?.tag === VERSION_TAG ? 3 : 2);
  if (issuer?.tag !== DER_SEQUENCE || subject?.tag !== DER_SEQUENCE) throw new Error('read the names of a certificate');
  return { issuer: formatName(issuer.content), subject: formatName(subject.content) };
}

function firstContent(bytes: Buffer): Buffer {
  const [first] = readElements(bytes);
  if (first?.tag !== DER_SEQUENCE) throw new Error('read a part of a certificate');
  return first.content;
}

const VERSION_TAG = 0xa0;

interface Attribute {
  readonly type: string;
  readonly value: string;
  /** Hex, of a value that is no text. */
  readonly isHex: boolean;
}

/** In Go's order, which is read from the end. */
const KNOWN = [
  { type: '2.5.4.6', name: 'C' },
  { type: '2.5.4.8', name: 'ST' },
  { type: '2.5.4.7', name: 'L' },
  { type: '2.5.4.9', name: 'STREET' },
  { type: '2.5.4.17', name: 'POSTALCODE' },
  { type: '2.5.4.10', name: 'O' },
  { type: '2.5.4.11', name: 'OU' },
  { type: '2.5.4.3', name: 'CN', single: true },
  { type: '2.5.4.5', name: 'SERIALNUMBER', single: true },
] as const;

function formatName(content: Buffer): string {
  const attributes = readElements(content).flatMap(({ content: set }) => readElements(set).map(readAttribute));
  const others = attributes.filter(({ type }) => KNOWN.every((known) => known.type !== type));
  const known = KNOWN.map((one) => {
    const all = attributes.filter(({ type, isHex }) => type === one.type && !isHex);
    // Of those that a name has once, the last one counts.
    const told = 'single' in one ? all.slice(-1).filter(({ value }) => value !== '') : all;
    return told.map((attribute) => `${one.name}=${formatValue(attribute)}`).join('+');
  });
  const parts = [...others.map((attribute) => `${attribute.type}=${formatValue(attribute)}`), ...known];
  return parts
    .filter((part) => part !== '')
    .reverse()
    .join(',');
}

function readAttribute({ content }: { readonly content: Buffer }): Attribute {
  const [type, value] = readElements(content);
  if (type?.tag !== DER_OBJECT_IDENTIFIER || value === undefined) throw new Error('read a part of a name');
  const text = readText(value.tag, value.content);
  return {
    type: readObjectIdentifier(type.content),
    value: text ?? value.whole.toString('hex'),
    isHex: text === undefined,
  };
}

/** By the tags of X.680; undefined for what is no text. */
function readText(tag: number, content: Buffer): string | undefined {
  switch (tag) {
    case 0x0c: // UTF8String
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x16: // IA5String
      return content.toString('utf8');
    case 0x14: // T61String: nobody ever used more of it than this.
      return content.toString('latin1');
    case 0x1e: // BMPString
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : undefined;
    default:
      return undefined;
  }
}

function formatValue({ value, isHex }: Attribute): string {
  if (isHex) return `#${value}`;
  return value.replace(/[,+"\\<>;]|^[ #]| $/g, '\\$&');
}
