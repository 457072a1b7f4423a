/** Label names and values of one series, in the order they are written. Values are any text; writers escape. */
export type Labels = Readonly<Record<string, string>>;
