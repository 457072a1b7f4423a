import { z } from 'zod';
import { type FileText, file, type Surroundings } from '../../config/fields.ts';
import { certificateRule, pairRule } from '../../config/tls.ts';

/** How a probe speaks TLS. */
export interface TlsOptions {
  readonly verify: boolean;
  readonly ca_file?: FileText;
  readonly cert_file?: FileText;
  readonly key_file?: FileText;
  readonly server_name?: string;
}

/** The option `tls` of every kind that speaks it. */
export function tlsOptions(surroundings: Surroundings) {
  return z
    .strictObject({
      verify: z.boolean().default(true).describe("Whether the target's certificate has to be believed."),
      ca_file: file(surroundings, 'Authority that signed it (PEM), instead of the known ones.').exactOptional(),
      server_name: z.string().min(1).exactOptional().describe("The certificate's name, if not the target's."),
      cert_file: file(surroundings, 'Client certificate (PEM).').exactOptional(),
      key_file: file(surroundings, 'Its private key (PEM).').exactOptional(),
    })
    .check(pairRule(), certificateRule());
}

/** As when nothing is said. */
export const DEFAULT_TLS: TlsOptions = { verify: true };
