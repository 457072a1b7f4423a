import { createSecureContext } from 'node:tls';
import { rule } from './fields.ts';
import { isMapping } from './tree.ts';

/** For certificates that may be left out. */
export function pairRule() {
  return rule(
    (value) => !isMapping(value) || 'cert_file' in value === 'key_file' in value,
    '`cert_file` and `key_file` together, or neither',
  );
}

export function certificateRule() {
  return rule(isUsable, 'certificates and the key of the first one, as PEM');
}

/** Files that could not be read are faults of their own. */
function isUsable(value: unknown): boolean {
  const [ca, cert, key] = ['ca_file', 'cert_file', 'key_file'].map((name) => textOf(value, name));
  // A context takes a millisecond to make, and labels on hundreds of containers may ask for TLS, or not.
  if (ca === undefined && cert === undefined && key === undefined) return true;
  // Node.js takes an empty text for none, and an authority that is no PEM for an empty one.
  if ([ca, cert, key].some((text) => text?.includes('-----BEGIN ') === false)) return false;
  try {
    createSecureContext({ ...(ca && { ca }), ...(cert && key && { cert, key }) });
    return true;
  } catch {
    // OpenSSL's words mean nothing to most, and whether they quote the material is unknown.
    return false;
  }
}

function textOf(value: unknown, name: string): string | undefined {
  const file = isMapping(value) ? value[name] : undefined;
  return isMapping(file) && typeof file['text'] === 'string' ? file['text'] : undefined;
}
