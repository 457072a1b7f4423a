/** Does something and says after how many seconds it wants its next turn; undefined: never again. */
export type Actor = (nowSeconds: number) => number | undefined;

export interface Timeline {
  /** Gives a turn to everybody whose time has come; after a long gap one turn, not many. */
  readonly advance: (nowSeconds: number) => void;
}

export function createTimeline(actors: readonly { readonly firstSeconds: number; readonly act: Actor }[]): Timeline {
  const due = actors.map(({ firstSeconds, act }) => ({ atSeconds: firstSeconds, act }));
  return {
    advance: (nowSeconds) => {
      for (const turn of due) {
        if (turn.atSeconds > nowSeconds) continue;
        const pause = turn.act(nowSeconds);
        turn.atSeconds = pause === undefined ? Number.POSITIVE_INFINITY : nowSeconds + pause;
      }
    },
  };
}
