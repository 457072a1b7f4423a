import { isIP } from 'node:net';
import { z } from 'zod';

export interface HostAndPort {
  /** A name or an address, IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
}

const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s/@:[\]]+)):(\d{1,5})$/;

/** An option that takes `host:port`. */
export function addressWithPort(description: string) {
  return z
    .string()
    .refine((text) => readAddress(text) !== undefined)
    .meta({ title: 'HOST:PORT, an IPv6 address in brackets', description });
}

/** An option that takes a host, and a port where it is not the usual one. */
export function addressWithDefaultPort(description: string, port: number) {
  return z
    .string()
    .refine((text) => (readHost(text) ?? readAddress(text)) !== undefined)
    .meta({ title: `HOST or HOST:PORT (without one ${port}), an IPv6 address before a port in brackets`, description });
}

/** An option that takes a host alone. */
export function hostAlone(description: string) {
  return z
    .string()
    .refine((text) => readHost(text) !== undefined)
    .meta({ title: 'a host name or an IP address', description });
}

/** Undefined when the text is no `host:port`. */
function readAddress(text: string): HostAndPort | undefined {
  const [, v6, name, digits] = HOST_AND_PORT.exec(text) ?? [];
  const port = Number(digits);
  const host = v6 ?? name;
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return v6 !== undefined && isIP(v6) !== 6 ? undefined : { host, port };
}

const HOST = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Fa-f]*:[0-9A-Fa-f:.]*)|([^\s/@:[\]]+))$/;

/** A name or an address, IPv6 with or without brackets, which are taken off; undefined when the text is more or less than that. */
export function readHost(text: string): string | undefined {
  const [, inBrackets, bare, name] = HOST.exec(text) ?? [];
  const v6 = inBrackets ?? bare;
  return v6 !== undefined && isIP(v6) !== 6 ? undefined : (v6 ?? name);
}

/** Of a target that the option took. Throws on any other text. */
export function splitAddress(text: string, defaultPort?: number): HostAndPort {
  const host = defaultPort === undefined ? undefined : readHost(text);
  const address = host === undefined || defaultPort === undefined ? readAddress(text) : { host, port: defaultPort };
  if (address === undefined) throw new Error('a probe was given a target that is no HOST:PORT');
  return address;
}
