import { ask } from './http/ask.ts';
import { httpOptions, httpRules } from './http/options.ts';
import { forHostname } from './http/request.ts';
import { httpUrl } from './http/url.ts';
import { defineKind } from './probe-kind.ts';

export const http = defineKind({
  name: 'http',
  summary: 'Asks a web server, follows redirects, and looks at status, headers and body.',
  targetOption: 'url',
  target: () => httpUrl('Whom to ask; `http://` or `https://`.'),
  options: httpOptions,
  rules: httpRules,
  onContainer: {
    value: 'path',
    options: [
      'method',
      'version',
      'compression',
      'follow_redirects',
      'expect.status',
      'expect.body',
      'expect.body_not',
      'tls.verify',
      'tls.server_name',
    ],
    values: { method: ['GET', 'HEAD'] },
    targetOf: ({ address, port, path, secure }) =>
      // Behind a slash nothing can be read as another host.
      `${secure === true ? 'https' : 'http'}://${address}:${port}/${path.replace(/^\/+/, '')}`,
  },
  forHostname,
  run: ask,
});
