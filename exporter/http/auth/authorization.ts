export interface BasicCredentials {
  readonly kind: 'basic';
  readonly user: string;
  readonly password: string;
}

export type Credentials = BasicCredentials | { readonly kind: 'bearer'; readonly token: string };

/** What an Authorization header says, or undefined when it says nothing that could be right. */
export function parseAuthorization(header: string | undefined): Credentials | undefined {
  const [, scheme, value] = /^(basic|bearer) +(\S+)$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', token: value };
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
  return user === undefined || password === undefined ? undefined : { kind: 'basic', user, password };
}
