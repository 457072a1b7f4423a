import { ApiError, type ApiReply, isTrue, jsonReply } from '../http/api.ts';
import { containerJson, containerSummaryJson } from '../json/container-json.ts';
import { DEFAULT_IMAGE, isRunning, type SimulatedContainer } from '../state/container.ts';
import { networkNames } from '../state/endpoints.ts';
import { findContainer } from '../state/lookup.ts';
import { type Filters, matchesAny, matchesLabels, parseFilters } from './filters.ts';
import type { RouteContext } from './index.ts';

const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'];
const KNOWN = ['ancestor', 'exited', 'health', 'id', 'label', 'name', 'network', 'status', 'volume'];

/** Newest first. Without `all`, a limit or a filter on the status, only what runs. */
export function listContainers({ state, request: { query }, minor }: RouteContext): ApiReply {
  const filters = parseFilters(query, KNOWN);
  checkValues(filters, 'status', { values: STATUSES, what: 'state' });
  checkValues(filters, 'health', { values: HEALTHS, what: 'health' });
  const limit = limitOf(query);
  const all = isTrue(query.get('all')) || limit !== undefined || filters.has('status') || filters.has('exited');
  const found = [...state.containers.values()]
    .reverse()
    .filter((container) => (all || isRunning(container)) && matches(filters, container))
    .slice(0, limit);
  const size = isTrue(query.get('size'));
  return jsonReply(found.map((container) => containerSummaryJson(state, container, { minor, size })));
}

export function inspectContainer({ state, request, minor, reference }: RouteContext): ApiReply {
  const size = isTrue(request.query.get('size'));
  return jsonReply(containerJson(state, findContainer(state, reference), { minor, size }));
}

function limitOf(query: URLSearchParams): number | undefined {
  const text = query.get('limit');
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new ApiError(500, `strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text) > 0 ? Number(text) : undefined;
}

function checkValues(
  filters: Filters,
  name: string,
  { values, what }: { readonly values: readonly string[]; readonly what: string },
): void {
  const wrong = filters.get(name)?.find((value) => !values.includes(value));
  if (wrong === undefined) return;
  const rule = `invalid value for ${what} (${wrong}): must be one of ${values.join(', ')}`;
  throw new ApiError(400, `invalid filter '${name}=${wrong}': ${rule}`);
}

function matches(filters: Filters, container: SimulatedContainer): boolean {
  const { spec } = container;
  return (
    matchesLabels(filters, spec.labels ?? {}) &&
    matchesAny(filters, 'id', (id) => container.id.startsWith(id)) &&
    matchesAny(filters, 'name', (name) => matchesName(name, container.name)) &&
    matchesAny(filters, 'status', (status) => container.status === status) &&
    matchesAny(filters, 'health', (health) => (container.health?.status ?? 'none') === health) &&
    matchesAny(filters, 'exited', (code) => container.status === 'exited' && String(container.exitCode) === code) &&
    matchesAny(filters, 'ancestor', (image) => [spec.image ?? DEFAULT_IMAGE, container.imageId].includes(image)) &&
    matchesAny(filters, 'network', (network) => networkNames(container).includes(network)) &&
    matchesAny(filters, 'volume', (volume) => volume in (spec.volumes ?? {}))
  );
}

/** A pattern that may hit anywhere, with or without the slash before the name. */
function matchesName(pattern: string, name: string): boolean {
  const expression = new RegExp(pattern);
  return expression.test(name) || expression.test(`/${name}`);
}
