/** What a span may say: never a header, a body, a credential. */
export type TraceAttributes = Readonly<Record<string, string | number | boolean>>;

/** Does the work, and where traces are on tells how long it took and whether it failed. */
export type Trace = <T>(name: string, attributes: TraceAttributes, work: () => Promise<T>) => Promise<T>;

/** Where traces are off: the work alone. */
export const untraced: Trace = (_name, _attributes, work) => work();
