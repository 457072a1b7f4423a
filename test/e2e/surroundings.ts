import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher, request } from 'undici';

/** A store or a Logstash that the suite may write to. */
export interface Remote {
  readonly url: string;
  readonly auth?: { readonly user: string; readonly password: string };
  /** PEM. */
  readonly caFile?: string;
}

const given = (name: string): string | undefined => {
  const value = process.env[name];
  return value === '' ? undefined : value;
};

const remoteOf = (prefix: string): Remote | undefined => {
  const [url, user, password] = [given(`${prefix}_URL`), given(`${prefix}_USER`), given(`${prefix}_PASSWORD`)];
  const caFile = given(`${prefix}_CA_FILE`);
  if (url === undefined) return undefined;
  return {
    url,
    ...(user !== undefined && password !== undefined && { auth: { user, password } }),
    ...(caFile !== undefined && { caFile }),
  };
};

/** E2E_ES_URL, and E2E_ES_USER, E2E_ES_PASSWORD, E2E_ES_CA_FILE where it wants them. */
export const store = remoteOf('E2E_ES');
/** E2E_LOGSTASH_URL and so on: one whose pipeline writes to that store. */
export const logstash = remoteOf('E2E_LOGSTASH');

/** As a sink of the configuration. @param passwordFile holds the password */
export const sinkTo = (kind: 'elasticsearch' | 'logstash', remote: Remote, passwordFile: string): object => ({
  kind,
  url: remote.url,
  ...(remote.auth && { auth: { user: remote.auth.user, password_file: passwordFile } }),
  ...(remote.caFile !== undefined && { tls: { ca_file: remote.caFile } }),
});

/** Asks the store, beside the product. */
export const ask = async (
  { url, auth, caFile }: Remote,
  { method, path, body }: { method: Dispatcher.HttpMethod; path: string; body?: object },
): Promise<unknown> => {
  const dispatcher = new Agent({ connect: caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') } });
  const login = auth && Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
  const headers = { 'content-type': 'application/json', ...(login && { authorization: `Basic ${login}` }) };
  try {
    const answer = await request(url + path, { method, dispatcher, headers, body: body ? JSON.stringify(body) : null });
    return await answer.body.json();
  } finally {
    await dispatcher.close();
  }
};
