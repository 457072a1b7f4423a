import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts } from './accepts.ts';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface RsyslogOptions {
  /** A search engine's port on 127.0.0.1. */
  readonly port: number;
  /** The data stream that it writes to. */
  readonly target: string;
}

export interface RsyslogDocument {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface Rsyslog {
  /** Hands it documents, one a line, each with a member `id`. */
  readonly send: (documents: readonly RsyslogDocument[]) => Promise<void>;
  /** What it noted of refused items so far, one a line. */
  readonly errors: () => Promise<string>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts Debian's rsyslogd in the foreground, with a configuration of its own and nothing of the machine's: what comes
 * in by TCP goes out by omelasticsearch.
 */
export const startRsyslog = async ({ port, target }: RsyslogOptions): Promise<Rsyslog> => {
  const directory = await mkdtemp(join(tmpdir(), 'rsyslog-test-'));
  const listenPort = await freePort();
  await writeFile(join(directory, 'rsyslog.conf'), configure({ directory, listenPort, port, target }));
  const args = ['-n', '-f', join(directory, 'rsyslog.conf'), '-i', join(directory, 'rsyslogd.pid')];
  const child = startChild('/usr/sbin/rsyslogd', args, { cwd: directory, env: plainEnvironment() });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await untilUp(child, () => accepts(listenPort)).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    send: (documents) =>
      sendLines(
        listenPort,
        documents.map((document) => `<13>Jan  1 00:00:00 host test: ${JSON.stringify(document)}\n`),
      ),
    errors: () => readFile(join(directory, 'errors.json'), 'utf8').catch(() => ''),
    log: child.log,
    stop,
  };
};

const configure = ({
  directory,
  listenPort,
  port,
  target,
}: RsyslogOptions & { directory: string; listenPort: number }): string => {
  const writeTo = (document: string, id: string) =>
    `action(type="omelasticsearch" server="127.0.0.1" serverport="${port}" template="${document}" searchIndex="${target}"
    searchType="" bulkmode="on" writeoperation="create" bulkid="${id}" dynbulkid="on" retryfailures="on" retryruleset="again"
    action.resumeInterval="1")`;
  return `
global(workDirectory="${directory}")
module(load="imptcp")
module(load="omelasticsearch")
# Without the space before it, behind which it would not find a document that is to be sent again.
template(name="document" type="string" string="%msg:2:$%")
template(name="id" type="string" string="%msg:R,ERE,1,FIELD:\\"id\\":\\"([^\\"]+)\\"--end%")
# All of a request in which something failed comes here, as the members of each document, its id apart from them.
template(name="document-again" type="string" string="%$!%")
template(name="id-again" type="string" string="%$.omes!_id%")
template(name="refused" type="string" string="%$.omes%\\n")
ruleset(name="again") {
  if $.omes!status == 429 then ${writeTo('document-again', 'id-again')}
  else if $.omes!status >= 400 and $.omes!status != 409 then
    action(type="omfile" file="${directory}/errors.json" template="refused")
}
ruleset(name="in") {
  ${writeTo('document', 'id')}
}
input(type="imptcp" address="127.0.0.1" port="${listenPort}" ruleset="in")
`;
};

const sendLines = (port: number, lines: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(lines.join(''), resolve));
    socket.once('error', reject);
  });
