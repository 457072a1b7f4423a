import type { Engine } from './engine.ts';

/** A request from inside an engine's network; without a body of its own. */
export const fetchWithin = async (
  { exec }: Pick<Engine, 'exec'>,
  url: string,
  { method = 'GET', headers }: RequestInit = {},
): Promise<Response> => {
  const named = [...new Headers(headers)].flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  // The last line is curl's own.
  const write = ['--write-out', '\n%{http_code} %{content_type}'];
  const printed = await exec('curl', '--silent', '--show-error', '--request', method, ...named, ...write, url);
  const end = printed.lastIndexOf('\n');
  const [, status = '', contentType = ''] = /^(\d+) ?(.*)$/.exec(printed.slice(end + 1)) ?? [];
  return new Response(printed.slice(0, end), { status: Number(status), headers: { 'content-type': contentType } });
};
