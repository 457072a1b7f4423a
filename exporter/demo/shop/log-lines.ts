import type { LogLine } from '../state/log.ts';
import type { Shop } from './incidents.ts';
import type { Actor } from './timeline.ts';

type Line = Omit<LogLine, 'timeNano'>;

const PATHS = ['/', '/cart', '/checkout', '/products/1042', '/search?q=lamp', '/api/orders'];
const TRACE = [
  'java.lang.IllegalStateException: index is read-only',
  '\tat example.search.Index.write(Index.java:118)',
  '\tat example.search.Refresh.run(Refresh.java:42)',
  'Caused by: java.io.IOException: no space left on device',
  '\t... 2 more',
];

/** Lines of whatever runs in the container; `averageSeconds` apart. */
export function chatter({ engine, random }: Shop, name: string, averageSeconds: number): Actor {
  return () => {
    const { status, spec } = engine.container(name);
    if (status !== 'running') return averageSeconds;
    for (const line of linesOf(spec.image ?? '', random)) engine.log(name, line);
    return averageSeconds * (0.5 + random());
  };
}

function linesOf(image: string, random: () => number): readonly Line[] {
  const fault = random() < 0.03;
  if (image.includes('/search'))
    return fault ? TRACE.map((text) => line('stderr', text)) : [line('stdout', 'refreshed 12 segments')];
  if (/nginx|wordpress/.test(image)) return [line('stdout', accessLine(random))];
  if (fault) return [line('stderr', 'warning: upstream answered late')];
  const [level, ms] = [random() < 0.1 ? 'warn' : 'info', Math.round(5 + 120 * random() ** 3)];
  return [line('stdout', JSON.stringify({ level, msg: 'request', path: pathOf(random), status: 200, ms }))];
}

function accessLine(random: () => number): string {
  const status = random() < 0.04 ? 502 : 200;
  return `10.0.3.${Math.floor(random() * 250)} "GET ${pathOf(random)} HTTP/1.1" ${status} ${Math.floor(random() * 9000)}`;
}

function pathOf(random: () => number): string {
  return PATHS[Math.floor(random() * PATHS.length)] ?? '/';
}

function line(stream: Line['stream'], text: string): Line {
  return { stream, text: `${text}\n` };
}
