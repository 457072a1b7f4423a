import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsOptions } from './tls-options.ts';

/** They hang on what was configured: a reload makes new ones, and lets go of these. */
const contexts = new WeakMap<TlsOptions, SecureContext>();

/** Certificates and keys as OpenSSL wants them, read once for each configuration and not in each run. */
export function secureContextOf(tls: TlsOptions): SecureContext {
  const known = contexts.get(tls);
  if (known !== undefined) return known;
  const context = createSecureContext({
    // Whoever is named there is believed, also one that another authority signed.
    ...(tls.ca_file && { ca: tls.ca_file.text, allowPartialTrustChain: true }),
    ...(tls.cert_file && { cert: tls.cert_file.text }),
    ...(tls.key_file && { key: tls.key_file.text }),
  });
  contexts.set(tls, context);
  return context;
}
