/** Posts alerts as Alertmanager does: each notification again until it is answered with 200. */
export interface AlertProducer {
  /** So many were answered. */
  readonly kept: () => number;
  /** Of them, in the time between the answers of one process: what it takes to start does not count. */
  readonly perSecond: () => number;
  /** The numbers of all that were, in the label `n`. */
  readonly stop: () => Promise<readonly number[]>;
}

const SIDE_BY_SIDE = 4;
const ALERTS_EACH = 150;
/** What alerts with some annotations have. */
const TEXT = 'x'.repeat(600);

export const createAlertProducer = (url: string): AlertProducer => {
  let isOver = false;
  let next = 0;
  const kept: number[] = [];
  let [served, servedMs] = [0, 0];
  let answeredAtMs: number | undefined;
  const noteAnswer = (alerts: number) => {
    const nowMs = performance.now();
    if (answeredAtMs !== undefined) [served, servedMs] = [served + alerts, servedMs + nowMs - answeredAtMs];
    answeredAtMs = nowMs;
  };
  const post = async (numbers: readonly number[]): Promise<boolean> => {
    const body = JSON.stringify({ version: '4', status: 'firing', alerts: numbers.map(alertOf) });
    const headers = { 'content-type': 'application/json' };
    // Killed, or not listening yet.
    const answer = await fetch(`${url}/alerts/webhook`, { method: 'POST', headers, body }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.status === 200;
  };
  const produce = async () => {
    while (!isOver) {
      const numbers = Array.from({ length: ALERTS_EACH }, () => next++);
      while (!(await post(numbers))) {
        answeredAtMs = undefined;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      kept.push(...numbers);
      noteAnswer(numbers.length);
    }
  };
  const producing = Promise.all(Array.from({ length: SIDE_BY_SIDE }, produce));
  return {
    kept: () => kept.length,
    perSecond: () => Math.round(served / (servedMs / 1000)),
    stop: async () => {
      isOver = true;
      await producing;
      return kept;
    },
  };
};

const alertOf = (number: number) => ({
  status: 'firing',
  labels: { alertname: 'ContainerDown', n: String(number) },
  annotations: { description: TEXT },
  startsAt: '2026-11-21T00:20:08.772811230Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
  fingerprint: number.toString(16).padStart(16, '0'),
});
