import type { Request, RequestHandler } from 'express';
import type { RecentResult, RecentResults } from '../../probes/recent-results.ts';
import { HttpFault } from '../fault.ts';
import { sendPage } from '../page.ts';
import { readQuery } from '../query.ts';
import { nameOf, renderList, renderOne } from './probes-page.ts';

/** What probes came to of late: `?probe=` narrows it, `?id=` shows one with its steps; JSON for who asks for it. */
export function probes({ list, find }: Pick<RecentResults, 'list' | 'find'>): RequestHandler {
  return (request, response) => {
    const query = readQuery(request);
    const id = query.get('id');
    response.vary('Accept');
    if (id !== null) {
      const found = find(id);
      if (found === undefined)
        throw new HttpFault(404, 'There is no such result any more; /probes lists what there is.');
      if (wantsJson(request, query)) response.json({ ...summarize(found), steps: found.result.steps });
      else sendPage(response, renderOne(found));
      return;
    }
    const wanted = query.get('probe');
    const results = list().filter((result) => wanted === null || nameOf(result) === wanted);
    if (wantsJson(request, query)) response.json({ results: results.map(summarize) });
    else sendPage(response, renderList(results, wanted));
  };
}

function wantsJson(request: Request, query: URLSearchParams): boolean {
  const format = query.get('format');
  return format === null ? request.accepts('text/html', 'application/json') === 'application/json' : format === 'json';
}

/** All but the steps, which are the most of it. */
function summarize({ id, by, kind, target, labels, result }: RecentResult) {
  const { steps: _told, ...outcome } = result;
  return { id, ...by, kind, target, ...(labels && { labels }), ...outcome };
}
