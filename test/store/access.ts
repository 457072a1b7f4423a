import type { FlavourFacts } from './flavour.ts';
import { errorBody, StoreError } from './store-error.ts';

/** Who may come in. */
export interface Access {
  /** As in `Authorization: ApiKey …`: base64 of `id:key`. */
  readonly apiKeys?: readonly string[];
  /** Passwords by name. */
  readonly users?: Readonly<Record<string, string>>;
  /** Credentials that are known and may do nothing: 403 instead of 401. */
  readonly withoutRights?: Omit<Access, 'withoutRights'>;
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: object | string;
}

/** How a request is refused; undefined: it may pass. */
export const refuseAccess = (
  { product }: FlavourFacts,
  access: Access | undefined,
  { authorization, path }: { readonly authorization: string | undefined; readonly path: string },
): Refusal | undefined => {
  if (access === undefined || isKnown(access, authorization)) return undefined;
  if (isKnown(access.withoutRights ?? {}, authorization)) {
    const error = new StoreError(403, 'security_exception', `action [${path}] is unauthorized`);
    return { status: 403, headers: {}, body: errorBody(error) };
  }
  if (product === 'opensearch') {
    return { status: 401, headers: { 'www-authenticate': 'Basic realm="OpenSearch Security"' }, body: 'Unauthorized' };
  }
  const schemes = ['Basic realm="security", charset="UTF-8"', 'Bearer realm="security"', 'ApiKey'];
  const reason =
    authorization === undefined
      ? `missing authentication credentials for REST request [${path}]`
      : `unable to authenticate with provided credentials and anonymous access is not allowed for this request`;
  const error = new StoreError(401, 'security_exception', reason, { header: { 'WWW-Authenticate': schemes } });
  return { status: 401, headers: { 'www-authenticate': schemes }, body: errorBody(error) };
};

/** Whether these credentials are among those that may come in. */
export const isKnown = ({ apiKeys, users }: Access, authorization: string | undefined): boolean => {
  const [, scheme, credentials = ''] = /^(\S+)\s+(\S+)$/.exec(authorization ?? '') ?? [];
  switch (scheme?.toLowerCase()) {
    case 'apikey':
      return apiKeys?.includes(credentials) === true;
    case 'basic':
      return users !== undefined && isUser(users, Buffer.from(credentials, 'base64').toString());
    default:
      return false;
  }
};

const isUser = (users: Readonly<Record<string, string>>, credentials: string): boolean => {
  const colon = credentials.indexOf(':');
  return colon >= 0 && users[credentials.slice(0, colon)] === credentials.slice(colon + 1);
};
