import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts } from './accepts.ts';
import { startChild, untilUp } from './child.ts';
import { command, plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface TlsServer {
  /** 127.0.0.1:PORT */
  readonly address: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export interface TlsServerOptions {
  /** A folder of `makeCertificates`, and which of it is shown. */
  readonly folder: string;
  readonly certificate: string;
  /** A file of certificates that are sent after it. */
  readonly chain?: string;
  /** `-tls1_2`, `-ciphersuites` … */
  readonly flags?: readonly string[];
}

/** Starts OpenSSL's own server on a free port of 127.0.0.1. */
export const startTlsServer = async ({
  folder,
  certificate,
  chain,
  flags = [],
}: TlsServerOptions): Promise<TlsServer> => {
  const port = await freePort();
  const files = [
    '-cert',
    `${certificate}.pem`,
    '-key',
    `${certificate}.key`,
    ...(chain === undefined ? [] : ['-cert_chain', chain]),
  ];
  const child = startChild(
    '/usr/bin/openssl',
    ['s_server', '-www', '-accept', `127.0.0.1:${port}`, ...files, ...flags],
    {
      cwd: folder,
      env: plainEnvironment(),
    },
  );
  await untilUp(child, () => accepts(port)).catch(async (error: unknown) => {
    await child.stop();
    throw error;
  });
  return { address: `127.0.0.1:${port}`, port, stop: child.stop };
};

export interface Certificates {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly remove: () => Promise<void>;
}

/** Two authorities, an intermediate that both signed, and servers of all kinds; NAME.pem and NAME.key of each. */
export const makeCertificates = async (): Promise<Certificates> => {
  const folder = await mkdtemp(join(tmpdir(), 'tls-test-'));
  await writeFile(join(folder, 'odd.cnf'), ODD_NAMES);
  await command('/bin/sh', ['-eu', '-c', SCRIPT], { cwd: folder });
  return { folder, path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
};

/** Each part of a name that Go tells in a way of its own: order, several in one, escapes, UTF-8, types without a name. */
const ODD_NAMES = `
oid_section = oids
[oids]
odd = 1.2.840.99999.7
[req]
distinguished_name = name
string_mask = utf8only
utf8 = yes
prompt = no
[name]
CN = the server
serialNumber = 77
emailAddress = ops@shop.example
0.OU = #first
1.OU = " last "
O = A, B;"C" <D> + E\\\\F
C = DE
ST = Köln
+L = 日本
street = Way 1
postalCode = 50667
UID = u1
0.DC = shop
1.DC = example
odd = +odd
GN = Ada
`;

const SCRIPT = String.raw`
request() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>/dev/null; }
for authority in a:300 b:100; do
  request -x509 -days "${'$'}{authority#*:}" -subj "/CN=authority ${'$'}{authority%:*}" -keyout "${'$'}{authority%:*}.key" -out "${'$'}{authority%:*}.pem" \
    -addext keyUsage=critical,keyCertSign
done
cat a.pem b.pem > authorities.pem
openssl ecparam -name prime256v1 -genkey -noout -out between.key
for by in a:90 b:40; do
  openssl req -x509 -new -key between.key -days "${'$'}{by#*:}" -subj "/CN=between/O=Shop, Inc." -CA "${'$'}{by%:*}.pem" -CAkey "${'$'}{by%:*}.key" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -out "between-${'$'}{by%:*}.pem"
done
cat between-a.pem between-b.pem > between.pem
server() {
  name=$1 subject=$2 names=$3; shift 3
  request -x509 -subj "$subject" -keyout "$name.key" -out "$name.pem" -addext basicConstraints=critical,CA:FALSE \
    ${'$'}{names:+-addext "subjectAltName=$names"} "$@"
}
by_a="-CA a.pem -CAkey a.key"
server good /CN=good IP:127.0.0.1,DNS:shop.example,DNS:*.shop.example,DNS:localhost $by_a -days 30 -set_serial 0x00f0
server chained /CN=chained IP:127.0.0.1 -CA between-a.pem -CAkey between.key -days 200
server address-only /CN=address IP:127.0.0.1,IP:::1 $by_a -days 20
server nameless /CN=localhost '' $by_a -days 20
server other-name /CN=other DNS:other.example $by_a -days 20
server self-signed /CN=self IP:127.0.0.1 -days 20
request -x509 -config odd.cnf -keyout odd.key -out odd.pem -addext basicConstraints=critical,CA:FALSE \
  -addext subjectAltName=IP:127.0.0.1 $by_a -days 20
openssl req -new -newkey rsa:2048 -nodes -subj /CN=expired -keyout expired.key -out expired.csr 2>/dev/null
printf 'subjectAltName=IP:127.0.0.1\n' > expired.ext
openssl x509 -req -in expired.csr $by_a -days -1 -extfile expired.ext -out expired.pem 2>/dev/null
`;
