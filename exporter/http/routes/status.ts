import type { RequestHandler } from 'express';
import type { StatusReport } from '../../model/status.ts';
import type { StatusSource } from '../../status/status-page.ts';
import { inSlices } from '../../util/in-slices.ts';
import { HttpFault } from '../fault.ts';
import { pagePolicy } from '../page-policy.ts';
import { renderBadge } from '../status/badge.ts';
import { renderStatusJson } from '../status/json.ts';
import { renderStatusPage } from '../status/page.ts';
import { STATUS_STYLE } from '../status/style.ts';

/** The status page, its data and its badges, by path. They do not exist unless they are switched on. */
export function statusRoutes({ access, report }: StatusSource): Readonly<Record<string, RequestHandler>> {
  const page = renderOnce((shown) => inSlices(renderStatusPage(shown)));
  const json = renderOnce((shown) => inSlices(renderStatusJson(shown)));
  const whenOn =
    (handler: RequestHandler): RequestHandler =>
    (request, response, next) => {
      if (access() === 'off') throw nothingHere();
      return handler(request, response, next);
    };
  return {
    '/status': whenOn(async (_request, response) => {
      const text = await page(await report());
      response.set('Content-Security-Policy', POLICY).type('text/html').send(text);
    }),
    '/status.json': whenOn(async (_request, response) => {
      response.type('application/json').send(await json(await report()));
    }),
    '/status/badge/:file': whenOn(async (request, response) => {
      const file = String(request.params['file']);
      const id = file.endsWith('.svg') ? file.slice(0, -'.svg'.length) : undefined;
      const service = servicesOf(await report()).find((one) => one.id === id);
      if (service === undefined) throw nothingHere();
      // Proxies of others that show badges keep them, unless told that they may not.
      response.set('Cache-Control', 'no-cache').type('image/svg+xml').send(renderBadge(service.name, service.state));
    }),
  };
}

const POLICY = pagePolicy(STATUS_STYLE);

function nothingHere(): HttpFault {
  return new HttpFault(404, 'There is nothing at this path; / lists what there is.');
}

function servicesOf({ groups }: StatusReport) {
  return groups.flatMap(({ services }) => services);
}

type Render = (report: StatusReport) => Promise<string>;

/** The text of the last report: there is a new one at most once a second, however many ask. */
function renderOnce(render: Render): Render {
  let last: { readonly report: StatusReport; readonly text: Promise<string> } | undefined;
  return (report) => {
    if (last?.report !== report) last = { report, text: render(report) };
    return last.text;
  };
}
