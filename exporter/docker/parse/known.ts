/** T without the keys whose value is unknown. */
export type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined or an empty text: absent beats wrong. */
export function known<T extends object>(of: T): Known<T> {
  // Object.entries forgets which keys T has; those that stay are T's, with a value.
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined && value !== '')) as Known<T>;
}
