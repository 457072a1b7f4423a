import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProbeResult } from '../../exporter/model/probe.ts';
import { createLookup } from '../../exporter/probes/net/lookup.ts';
import { type Blackbox, startBlackbox } from '../bed/blackbox.ts';
import { needing } from '../bed/need.ts';
import { type Nginx, startNginx } from '../bed/nginx.ts';
import { startTinyproxy, type Tinyproxy } from '../bed/tinyproxy.ts';
import { makeWebCertificates, type WebCertificates } from '../bed/web-certificates.ts';
import { ask } from '../unit/probes/http-bed.ts';
import { expectSame, samplesIn, samplesOf } from './blackbox-samples.ts';

const PORTS = ['plain', 'good', 'http1', 'expired', 'self-signed', 'wrong-name', 'six', 'nobody'] as const;
type Port = (typeof PORTS)[number];

const BODY = 'all is well. '.repeat(100);

/** One target, asked by both in the same way. */
interface Case {
  readonly target: (ports: Readonly<Record<Port, number>>) => string;
  /** blackbox_exporter's module, under `http`. */
  readonly module?: object;
  /** The same in our configuration. */
  readonly given?: object;
  /** What ours has to come to; undefined is a success. */
  readonly failure?: string | RegExp;
  /** Names that differ on purpose, and why. */
  readonly except?: Readonly<Record<string, string>>;
}

const plain = (path: string) => (ports: Readonly<Record<Port, number>>) => `http://127.0.0.1:${ports.plain}${path}`;
const secure = (port: Port) => (ports: Readonly<Record<Port, number>>) => `https://localhost:${ports[port]}/health.txt`;

const halfWay = {
  'probe_http_duration_seconds{phase="connect"}':
    'without TLS at its end blackbox_exporter does not count that the connection was there; ours does',
};
const notVerified = {
  probe_ssl_last_chain_expiry_timestamp_seconds:
    'without a verified chain blackbox_exporter says -62135596800, the year 1; ours is absent',
};
const UNFOLLOWED = {
  probe_http_uncompressed_body_length: 'blackbox_exporter does not read the body of a redirect that it does not follow',
};

const cases: Readonly<Record<string, Case>> = {
  'a file': {
    target: plain('/health.txt'),
    module: { fail_if_body_not_matches_regexp: ['^all'] },
    given: { expect: { body: '^all' } },
  },
  'a file that is not there': { target: plain('/missing'), failure: 'status 404, expected 200-299' },
  'a status that is wanted': {
    target: plain('/missing'),
    module: { valid_status_codes: [404] },
    given: { expect: { status: 404 } },
  },
  'a HEAD': { target: plain('/health.txt'), module: { method: 'HEAD' }, given: { method: 'HEAD' } },
  'a POST': { target: plain('/echo'), module: { method: 'POST', body: 'x' }, given: { method: 'POST', body: 'x' } },
  'no content': { target: plain('/nothing') },
  'a body that does not match': {
    target: plain('/health.txt'),
    module: { fail_if_body_not_matches_regexp: ['gone'] },
    given: { expect: { body: 'gone' } },
    failure: 'the body does not match "gone"',
  },
  'a body that must not match': {
    target: plain('/health.txt'),
    module: { fail_if_body_matches_regexp: ['well'] },
    given: { expect: { body_not: 'well' } },
    failure: 'the body matches "well"',
  },
  'a header that matches': {
    target: plain('/health.txt'),
    module: { fail_if_header_not_matches: [{ header: 'Server', regexp: '^nginx' }] },
    given: { expect: { headers: [{ name: 'Server', pattern: '^nginx' }] } },
  },
  'a header that must not match': {
    target: plain('/health.txt'),
    module: { fail_if_header_matches: [{ header: 'Server', regexp: 'nginx' }] },
    given: { expect: { headers_not: [{ name: 'Server', pattern: 'nginx' }] } },
    failure: 'the header server matches "nginx"',
  },
  'a compressed body that was asked for': {
    target: plain('/compressed.txt'),
    module: { compression: 'gzip', headers: { 'Accept-Encoding': 'gzip' }, fail_if_body_not_matches_regexp: ['^all'] },
    given: { compression: 'gzip', expect: { body: '^all' } },
  },
  'a redirect': { target: plain('/redirect') },
  'a redirect that is not followed': {
    target: plain('/redirect'),
    module: { follow_redirects: false },
    given: { follow_redirects: false },
    failure: 'status 302, expected 200-299',
    except: UNFOLLOWED,
  },
  'a redirect loop': {
    target: plain('/loop'),
    failure: 'redirected more than 10 times, in a loop',
    except: UNFOLLOWED,
  },
  'a redirect without a place': { target: plain('/nowhere'), failure: 'status 302, expected 200-299' },
  'a redirect to another scheme': { target: plain('/gopher'), failure: /^redirected to a URL of gopher:/ },
  'a redirect to nobody': { target: plain('/to-nobody'), failure: 'connection refused' },
  'a login': {
    target: plain('/private'),
    module: { basic_auth: { username: 'ops', password: 'pass word' } },
    given: { auth: 'basic' },
  },
  'no login where one is needed': { target: plain('/private'), failure: 'status 401, expected 200-299' },
  'nobody who listens': { target: ({ nobody }) => `http://127.0.0.1:${nobody}/`, failure: 'connection refused' },
  'a name that nobody has': {
    target: () => 'http://nobody.invalid/',
    failure: /^nobody\.invalid (has no address|could not be looked up)/,
  },
  'TLS wanted where there is none': {
    target: plain('/health.txt'),
    module: { fail_if_not_ssl: true },
    given: { expect: { tls: true } },
    failure: 'answered without TLS',
  },
  'HTTP/2': { target: secure('good') },
  'HTTP/1.1 where 2 is not wanted': {
    target: secure('good'),
    module: { enable_http2: false },
    given: { version: 1.1 },
  },
  'a server without HTTP/2': { target: secure('http1') },
  'TLS where none is wanted': {
    target: secure('good'),
    module: { fail_if_ssl: true },
    given: { expect: { tls: false } },
    failure: 'answered over TLS',
  },
  'an expired certificate': { target: secure('expired'), failure: /it has expired$/, except: halfWay },
  'a self-signed certificate': { target: secure('self-signed'), failure: /it is self-signed$/, except: halfWay },
  "another host's certificate": {
    target: secure('wrong-name'),
    failure: /it is for another name$/,
    except: halfWay,
  },
  'a certificate under the name that is configured': {
    target: secure('wrong-name'),
    module: { tls_config: { server_name: 'elsewhere.example' } },
    given: { tls: { server_name: 'elsewhere.example' } },
  },
  'a certificate that nobody checks': {
    target: secure('self-signed'),
    module: { tls_config: { insecure_skip_verify: true } },
    given: { tls: { verify: false } },
    except: notVerified,
  },
  'a redirect from TLS to none': { target: ({ good }) => `https://localhost:${good}/to-plain` },
  'an address of IPv6': { target: ({ six }) => `http://[::1]:${six}/health.txt` },
  'plain HTTP where TLS is spoken': {
    target: ({ good }) => `http://localhost:${good}/`,
    failure: 'status 400, expected 200-299',
  },
  'TLS where plain HTTP is spoken': {
    target: ({ plain: port }) => `https://127.0.0.1:${port}/`,
    failure: /^no TLS: /,
    except: halfWay,
  },
  'a proxy': { target: plain('/health.txt'), module: { proxy_url: 'PROXY' }, given: { proxy: 'PROXY' } },
  'TLS through a proxy': { target: secure('good'), module: { proxy_url: 'PROXY' }, given: { proxy: 'PROXY' } },
  'a proxy that does not reach the target': {
    target: ({ nobody }) => `http://127.0.0.1:${nobody}/`,
    module: { proxy_url: 'PROXY' },
    given: { proxy: 'PROXY' },
    failure: /^status 5\d\d, expected 200-299$/,
  },
  'a proxy that does not let through': {
    target: ({ nobody }) => `https://127.0.0.1:${nobody}/`,
    module: { proxy_url: 'PROXY' },
    given: { proxy: 'PROXY' },
    failure: /^the proxy answers with status 5\d\d$/,
  },
};

describe('an http probe beside blackbox_exporter', needing('blackbox', 'nginx', 'tinyproxy', 'tls'), () => {
  let certificates: WebCertificates;
  let nginx: Nginx<Port>;
  let proxy: Tinyproxy;
  let blackbox: Blackbox;

  beforeAll(async () => {
    certificates = await makeWebCertificates();
    const password = execFileSync('openssl', ['passwd', '-apr1', 'pass word'], { encoding: 'utf8' });
    nginx = await startNginx({
      ports: PORTS,
      http: (ports) => nginxConfig(ports, certificates.directory),
      files: { 'www/health.txt': BODY, 'www/compressed.txt': BODY, users: `ops:${password}`, password: 'pass word\n' },
    });
    proxy = await startTinyproxy();
    const modules = Object.entries(cases).map(([, { module = {} }], at) => [`m${at}`, moduleOf(module)]);
    blackbox = await startBlackbox({ modules: Object.fromEntries(modules) as Record<string, object> });
  });
  afterAll(async () => {
    await Promise.all([nginx.stop(), proxy.stop(), blackbox.stop()]);
    await certificates.remove();
  });

  const moduleOf = ({ tls_config = {}, ...module }: { readonly tls_config?: object }) => ({
    prober: 'http',
    timeout: '5s',
    http: withProxy({
      preferred_ip_protocol: 'ip4',
      ...module,
      tls_config: { ca_file: certificates.caFile, ...tls_config },
    }),
  });
  const withProxy = (given: object): object =>
    JSON.parse(JSON.stringify(given).replaceAll('"PROXY"', JSON.stringify(proxy.url))) as object;
  const askOurs = (
    target: string,
    given: { readonly tls?: object; readonly auth?: unknown } = {},
  ): Promise<ProbeResult> => {
    const { tls = {}, auth, ...rest } = given;
    const login = auth === undefined ? {} : { auth: { user: 'ops', password_file: join(nginx.directory, 'password') } };
    const options = { ...withProxy(rest), ...login, tls: { ca_file: certificates.caFile, ...tls } };
    return ask(target, options, { network: { lookup: createLookup({ servers: [], hostsPath: '/etc/hosts' }) } });
  };

  test.each(Object.entries(cases))('%s yields the same names, labels and values', async (name, one) => {
    const target = one.target(nginx.ports);
    const theirs = samplesIn(await blackbox.probe(target, `m${Object.keys(cases).indexOf(name)}`));
    const result = await askOurs(target, one.given);
    if (one.failure === undefined) expect(result.failure).toBeUndefined();
    else expect(result.failure).toMatch(one.failure);
    const ours = samplesOf(result);
    expectSame(ours, theirs, Object.keys(one.except ?? {}));
    for (const key of Object.keys(one.except ?? {})) expect([key, differs(key, ours, theirs)]).toEqual([key, true]);
  });

  test('the proxy saw what it was asked', () => {
    expect(proxy.log()).toMatch(/Request .*: CONNECT localhost:\d+ HTTP\/1\.1/);
    expect(proxy.log()).toMatch(/Request .*: GET http:\/\/127\.0\.0\.1:\d+\/health\.txt HTTP\/1\.1/);
  });
});

/** An exception that is none any more has to go. */
const differs = (name: string, ours: ReadonlyMap<string, number>, theirs: ReadonlyMap<string, number>) => {
  const of = (samples: ReadonlyMap<string, number>) =>
    JSON.stringify([...samples].filter(([key]) => key === name || key.startsWith(`${name}{`)));
  return of(ours) !== of(theirs);
};

const nginxConfig = (ports: Readonly<Record<Port, number>>, certificates: string) => {
  const locations = `
    root www;
    location / { }
    location = /echo { return 200 "posted"; }
    location = /nothing { return 204; }
    location = /compressed.txt { gzip on; gzip_types *; gzip_min_length 1; }
    location = /redirect { return 302 /health.txt; }
    location = /loop { return 302 /loop; }
    location = /nowhere { error_page 405 =302 /health.txt; return 405; }
    location = /gopher { return 302 gopher://127.0.0.1/; }
    location = /to-nobody { return 302 http://127.0.0.1:${ports.nobody}/; }
    location = /to-plain { return 302 http://127.0.0.1:${ports.plain}/health.txt; }
    location = /private { auth_basic private; auth_basic_user_file users; try_files /health.txt =404; }`;
  const tls = (name: string) =>
    `ssl_certificate ${certificates}/${name}.pem; ssl_certificate_key ${certificates}/${name}.key;`;
  return `absolute_redirect off; default_type text/plain;
    server { listen 127.0.0.1:${ports.plain}; ${locations} }
    server { listen [::1]:${ports.six} ipv6only=on; ${locations} }
    server { listen 127.0.0.1:${ports.good} ssl http2; ${tls('good')} ${locations} }
    server { listen 127.0.0.1:${ports.http1} ssl; ${tls('good')} ${locations} }
    server { listen 127.0.0.1:${ports.expired} ssl http2; ${tls('expired')} ${locations} }
    server { listen 127.0.0.1:${ports['self-signed']} ssl http2; ${tls('self-signed')} ${locations} }
    server { listen 127.0.0.1:${ports['wrong-name']} ssl http2; ${tls('wrong-name')} ${locations} }`;
};
