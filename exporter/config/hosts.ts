import { z } from 'zod';
import { file, rule, type Surroundings, timeout } from './fields.ts';
import { certificateRule, pairRule } from './tls.ts';
import { isMapping } from './tree.ts';

/** As the docker client's own default. */
const LOCAL_SOCKET = 'unix:///var/run/docker.sock';

export function hosts(surroundings: Surroundings) {
  return z
    .array(host(surroundings))
    .min(1, { error: 'at least one host' })
    .superRefine(refuseDuplicates, { when: () => true })
    .prefault([{ url: LOCAL_SOCKET }])
    .describe(
      'The engines to watch. Default: what `DOCKER_HOST`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` say, as in the docker client; else the local socket.',
    );
}

function host(surroundings: Surroundings) {
  return z
    .strictObject({
      name: z
        .string()
        .min(1)
        .exactOptional()
        .describe("The value of the label `host`. Default: the URL's host; for a local socket this machine's name."),
      url: z
        .string()
        .superRefine((url, context) => {
          const expected = expectedOfUrl(url);
          if (expected !== undefined) context.addIssue({ code: 'custom', message: expected });
        })
        .meta({
          title: 'a URL',
          format: 'uri',
          description: '`unix://`, `tcp://`, `http://`, `https://` or `ssh://`.',
        }),
      tls: z
        .strictObject({
          ca_file: file(surroundings, "Authority that signed the engine's certificate (PEM).").exactOptional(),
          cert_file: file(surroundings, 'Client certificate (PEM).').exactOptional(),
          key_file: file(surroundings, 'Its private key (PEM).').exactOptional(),
          server_name: z.string().min(1).exactOptional().describe("The certificate's name, if not the URL's."),
        })
        .check(pairRule(), certificateRule())
        .exactOptional(),
      ssh: z
        .strictObject({
          key_file: file(surroundings, 'Private key, without a passphrase.').exactOptional(),
          agent_socket: z.string().min(1).exactOptional().describe('Socket of an agent that holds the key.'),
          known_hosts_file: file(surroundings, 'Host keys; one that is not in it is refused.'),
        })
        .check(rule(hasKey, '`key_file` or `agent_socket` in it'))
        .exactOptional(),
      source: z
        .enum(['auto', 'kernel', 'api'])
        .default('auto')
        .describe(
          "Where samples come from: the kernel's files, the engine's API; auto: the files where they can be read.",
        ),
      timeout: timeout('Of one call; event streams have none.').prefault('5s'),
    })
    .check(
      rule(fitsTls, 'no `tls` with this URL: it goes with tcp:// and https://', ['tls']),
      rule(fitsSsh, '`ssh` (its key and known hosts) with an ssh:// URL, and with no other', ['ssh']),
    )
    .transform(({ name, ...rest }) => ({ name: name ?? defaultName(rest.url, surroundings.hostname), ...rest }));
}

/** What is wrong with it, without repeating it: a wrong URL may hold a password anywhere. */
function expectedOfUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!/^(unix|tcp|https?|ssh):\/\//.test(text)) {
    return 'a URL that starts with unix://, tcp://, http://, https:// or ssh://';
  }
  if (url === undefined) return 'a URL with a host and, if any, a port from 0 to 65535';
  if (url.password !== '' || (url.username !== '' && url.protocol !== 'ssh:')) {
    return 'a URL without credentials: they belong into files (`tls`, `ssh`)';
  }
  if (url.search !== '' || url.hash !== '') return 'a URL without query and fragment';
  return expectedOfPlace(url);
}

function expectedOfPlace({ protocol, hostname, pathname, username }: URL): string | undefined {
  if (protocol === 'unix:') {
    return hostname === '' && isSocketPath(pathname) ? undefined : 'unix:// and an absolute path';
  }
  if (hostname === '') return 'a URL with a host';
  if (decode(username) === undefined) return 'a URL whose user name can be decoded';
  return protocol === 'ssh:' || pathname === '' || pathname === '/' ? undefined : 'a URL without a path';
}

function isSocketPath(pathname: string): boolean {
  const path = decode(pathname);
  return path !== undefined && path.length > 1 && !path.includes('\0');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A % without two digits behind it, or bytes that are no UTF-8.
    return undefined;
  }
}

function defaultName(url: string, hostname: string): string {
  if (url.startsWith('unix:')) return hostname;
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}

function hasKey(value: unknown): boolean {
  return !isMapping(value) || 'key_file' in value || 'agent_socket' in value;
}

function fitsTls(value: unknown): boolean {
  return !isMapping(value) || value['tls'] === undefined || /^(tcp|https):/.test(String(value['url']));
}

function fitsSsh(value: unknown): boolean {
  return !isMapping(value) || (value['ssh'] !== undefined) === String(value['url']).startsWith('ssh:');
}

/** R30: two engines under one name would write each other's series. */
function refuseDuplicates(list: unknown, context: z.RefinementCtx): void {
  const names = Array.isArray(list) ? list.map((item: unknown) => (isMapping(item) ? item['name'] : undefined)) : [];
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === at) continue;
    const message = `a name of its own: hosts[${first}] is called ${JSON.stringify(name)} too`;
    context.addIssue({ code: 'custom', message, path: [at, 'name'] });
  }
}
