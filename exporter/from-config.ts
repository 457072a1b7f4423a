import type { Config, HostConfig } from './config/schema.ts';
import type { EngineAddress } from './docker/transport/index.ts';
import type { WebhookCredentials } from './http/auth/webhook-credentials.ts';
import type { HostOnPage } from './http/routes/index-page.ts';
import type { HttpServerOptions } from './http/server.ts';
import type { WatchedHost } from './watched-hosts.ts';

/** Where an engine is, with what its files held. */
export function addressOf({ url, tls, ssh }: HostConfig): EngineAddress {
  return {
    url,
    ...(tls && {
      tls: {
        ...(tls.ca_file && { ca: tls.ca_file.text }),
        ...(tls.cert_file && { cert: tls.cert_file.text }),
        ...(tls.key_file && { key: tls.key_file.text }),
        ...(tls.server_name !== undefined && { serverName: tls.server_name }),
      },
    }),
    ...(ssh && {
      ssh: {
        knownHosts: ssh.known_hosts_file.text,
        ...(ssh.key_file && { privateKey: ssh.key_file.text }),
        ...(ssh.agent_socket !== undefined && { agentSocket: ssh.agent_socket }),
      },
    }),
  };
}

/** Where to listen, and who may come in. */
export function httpSurface({ listen }: Config): Pick<HttpServerOptions, 'listen' | 'auth'> & TlsOfListen {
  const { address, port, tls: files, auth } = listen;
  const tls = files && { cert: files.cert_file.text, key: files.key_file.text };
  return {
    listen: { address, port, ...(tls && { tls }) },
    ...(tls && { tls }),
    ...(auth && {
      auth: { users: auth.users, ...(auth.bearer_token !== undefined && { bearerToken: auth.bearer_token }) },
    }),
  };
}

type TlsOfListen = Pick<HttpServerOptions['listen'], 'tls'>;

/** What Alertmanager has to show; nobody's where nothing is configured. */
export function webhookCredentialsOf(webhook: Config['alerts']['webhook']): WebhookCredentials {
  const { bearer_token, bearer_token_file, user, password_file: password } = webhook ?? {};
  const bearerToken = bearer_token ?? bearer_token_file;
  return {
    ...(bearerToken !== undefined && { bearerToken }),
    ...(user !== undefined && password !== undefined && { basic: { user, password } }),
  };
}

export function describeHost({ config: { name, url }, host }: WatchedHost): HostOnPage {
  const status = host.status();
  return {
    name,
    url,
    up: status.phase === 'up',
    ...(status.phase === 'down' && { reason: status.reason }),
    ...(status.phase === 'up' && { containers: status.containers }),
  };
}
