/** Who writes. */
export type StoreAuth =
  /** Base64 of `id:key`, as the store gives it. */
  { readonly apiKey: string } | { readonly username: string; readonly password: string } | { readonly bearer: string };

/** The header `Authorization`; undefined without a login. */
export function authorizationOf(auth: StoreAuth | undefined, url: URL): string | undefined {
  if (auth === undefined) {
    if (url.username === '') return undefined;
    return basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
  }
  if ('apiKey' in auth) return `ApiKey ${auth.apiKey}`;
  if ('bearer' in auth) return `Bearer ${auth.bearer}`;
  return basic(auth.username, auth.password);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
