// A store that keeps nothing: answers each `_bulk` as if all were stored, with what a filter leaves of that. Arguments: port.
import { createServer, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';

const [port] = process.argv.slice(2).map(Number);
let documents = 0;

createServer((request, response) => {
  void answer(request).then((text) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(text);
  });
}).listen(port, '127.0.0.1');

async function answer(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/count') return String(documents);
  if (request.url === '/reset') documents = 0;
  if (request.url?.includes('_bulk') !== true) {
    return JSON.stringify({ version: { number: '8.19.0', build_flavor: 'default' }, tagline: 'You Know, for Search' });
  }
  const body = Buffer.concat(chunks);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1');
  const items = itemsOf(text);
  documents += items.length;
  const took = request.url.includes('filter_path') ? '' : '"took":1,';
  return `{"errors":false,${took}"items":[${items.join(',')}]}`;
}

function itemsOf(text: string): readonly string[] {
  const items: string[] = [];
  // Actions and documents take turns.
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const id = /"_id":"([^"]*)"/.exec(text.slice(from, end))?.[1];
    items.push(`{"create":{"_index":".ds-bench-000001"${id === undefined ? '' : `,"_id":"${id}"`},"status":201}}`);
    from = text.indexOf('\n', end + 1) + 1;
  }
  return items;
}
