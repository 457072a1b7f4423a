import { ApiError, type ApiReply } from '../http/api.ts';
import { createMailbox } from '../http/mailbox.ts';
import type { EngineEvent } from '../state/events.ts';
import { type Filters, matchesAny, matchesLabels, parseFilters } from './filters.ts';
import type { RouteContext } from './index.ts';

const KNOWN = ['container', 'daemon', 'event', 'image', 'label', 'network', 'scope', 'type', 'volume'];

/** Timers know no longer time. */
const LONGEST_MS = 2 ** 31 - 1;

/** The backlog, and from then on what happens, until `until` or until the client leaves. */
export function streamEvents({ state, request, minor }: RouteContext): ApiReply {
  const sinceNano = parseTime(request.query.get('since'));
  const untilNano = parseTime(request.query.get('until'));
  if (untilNano !== undefined && untilNano < (sinceNano ?? 0n)) {
    const [since, until] = [request.query.get('since') ?? '', request.query.get('until') ?? ''];
    throw new ApiError(400, `\`since\` time (${since}) cannot be after \`until\` time (${until})`);
  }
  const filters = parseFilters(request.query, KNOWN);
  const line = (event: EngineEvent): string => eventLine(event, { legacy: minor < 52 });
  const wanted = (event: EngineEvent): boolean => matches(filters, event);
  // Subscribed before this returns: nothing gets lost between the backlog and what happens next.
  const lines = createMailbox(state.events.backlog({ sinceNano, untilNano }).filter(wanted).map(line));
  const forMs = untilNano === undefined ? undefined : Math.ceil(Number(untilNano - state.clock.nowNano()) / 1e6);
  if (forMs !== undefined && forMs <= 0) {
    lines.end();
  } else {
    const unsubscribe = state.events.subscribe((event) => {
      if (wanted(event)) lines.push(line(event));
    });
    const timer = forMs === undefined ? undefined : setTimeout(lines.end, Math.min(forMs, LONGEST_MS));
    request.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      unsubscribe();
      lines.end();
    });
  }
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: lines };
}

/** One event as the engine writes it; status, id and from are gone since API 1.52. */
function eventLine(
  { type, action, actorId, attributes, timeNano }: EngineEvent,
  { legacy }: { readonly legacy: boolean },
): string {
  const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
  const old =
    type === 'container' ? { status: action, id: actorId, from: attributes['image'] } : { status: action, id: actorId };
  const head = JSON.stringify({
    ...(legacy && ['container', 'image'].includes(type) ? old : {}),
    Type: type,
    Action: action,
    Actor: { ID: actorId, Attributes: sorted },
    scope: 'local',
  });
  // 19 digits do not fit a double.
  return `${head.slice(0, -1)},"time":${timeNano / 1_000_000_000n},"timeNano":${timeNano}}\n`;
}

/** Seconds since 1970, with up to nine digits behind the point. */
export function parseTime(text: string | null): bigint | undefined {
  if (text === null || text === '') return undefined;
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds === undefined) throw new ApiError(500, `strconv.ParseInt: parsing "${text}": invalid syntax`);
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function matches(filters: Filters, { type, action, actorId, attributes }: EngineEvent): boolean {
  // With one of these among the filters, all of them are prefixes.
  const prefixes =
    filters.get('event')?.some((value) => /^(health_status|exec_create|exec_start)/.test(value)) ?? false;
  const names = (value: string): boolean =>
    actorId.startsWith(value) || (attributes['name']?.startsWith(value) ?? false);
  const ofType = (name: string): boolean => !filters.has(name) || (type === name && matchesAny(filters, name, names));
  return (
    matchesLabels(filters, attributes) &&
    matchesAny(filters, 'event', (value) => (prefixes ? action.startsWith(value) : action === value)) &&
    matchesAny(filters, 'type', (value) => type === value) &&
    matchesAny(filters, 'scope', (value) => value === 'local') &&
    matchesAny(filters, 'image', (value) => attributes['image'] === value || (type === 'image' && names(value))) &&
    ['container', 'network', 'volume', 'daemon'].every(ofType)
  );
}
