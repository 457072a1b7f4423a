/** T without the keys whose value is unknown. */
export type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined or an empty text: absent beats wrong. Without the entries between, twice as fast: it is called for each sample. */
export function known<T extends object>(of: T): Known<T> {
  const kept: Partial<T> = {};
  // Object.keys forgets which keys T has.
  for (const key of Object.keys(of) as (keyof T)[]) {
    const value = of[key];
    if (value !== undefined && value !== '') kept[key] = value;
  }
  // Those that stay are T's, with a value.
  return kept as Known<T>;
}
