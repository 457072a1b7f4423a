// A web server with and without TLS, for probes.ts: a process of its own. Arguments: the folder of test/bed/certificates, two ports.
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';

const [directory = '', port = '', securePort = ''] = process.argv.slice(2);
const answer: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"status":"up"}\n');
};
createServer(answer).listen(Number(port), '127.0.0.1');
const cert = readFileSync(join(directory, 'server-cert.pem'));
const key = readFileSync(join(directory, 'server-key.pem'));
createSecureServer({ cert, key }, answer).listen(Number(securePort), '127.0.0.1');
