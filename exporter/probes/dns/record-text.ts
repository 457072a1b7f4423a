import type { Answer } from 'dns-packet';

/** A record as a zone file has it, tabs between its fields: `shop.example.⇥60⇥IN⇥A⇥192.0.2.1`. What patterns look at. */
export function recordText(record: Answer): string {
  if (record.type === 'OPT') return 'OPT';
  const { name, ttl = 0, class: klass = 'IN', type } = record;
  return [qualified(name), ttl, klass, type, dataText(record)].join('\t');
}

/** Empty for types that nobody looks for. */
function dataText(record: Exclude<Answer, { readonly type: 'OPT' }>): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.data;
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return qualified(record.data);
    case 'MX':
      return words(record.data.preference, qualified(record.data.exchange));
    case 'SRV': {
      const { priority, weight, port, target } = record.data;
      return words(priority, weight, port, qualified(target));
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return words(qualified(mname), qualified(rname), serial, refresh, retry, expire, minimum);
    }
    default:
      return otherDataText(record);
  }
}

/** Of types that hold no names: texts, keys and digests. */
function otherDataText(record: Answer): string {
  switch (record.type) {
    case 'TXT':
      return [record.data].flat().map(quoted).join(' ');
    case 'CAA':
      return words(record.data.flags, record.data.tag, quoted(record.data.value));
    case 'DNSKEY':
      // The protocol is always 3 (RFC 4034).
      return words(record.data.flags, 3, record.data.algorithm, record.data.key.toString('base64'));
    case 'DS':
      return words(record.data.keyTag, record.data.algorithm, record.data.digestType, hex(record.data.digest));
    case 'TLSA':
      return words(record.data.usage, record.data.selector, record.data.matchingType, hex(record.data.certificate));
    default:
      return '';
  }
}

function words(...all: readonly (string | number | undefined)[]): string {
  return all.map((one) => one ?? 0).join(' ');
}

/** With the dot that says that nothing follows. */
function qualified(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

function quoted(text: string | Buffer): string {
  return `"${text.toString().replace(/["\\]/g, '\\$&')}"`;
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
