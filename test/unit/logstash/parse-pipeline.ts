/** A value of a plugin's option. */
export type PipelineValue =
  | { readonly kind: 'string' | 'bare'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly PipelineValue[] }
  | { readonly kind: 'hash'; readonly entries: readonly (readonly [string, PipelineValue])[] };

/** A plugin of a pipeline, with the conditions under which it is reached, outermost first. */
export interface PipelinePlugin {
  readonly section: string;
  readonly name: string;
  readonly conditions: readonly string[];
  readonly options: ReadonlyMap<string, PipelineValue>;
}

/** Logstash's configuration language, as far as our files go; throws with the line on what it does not know. */
export const parsePipeline = (text: string): readonly PipelinePlugin[] => {
  const reader = createReader(text);
  const plugins: PipelinePlugin[] = [];
  while (!reader.isAtEnd()) {
    const section = reader.take('word');
    if (!['input', 'filter', 'output'].includes(section)) reader.fail(`no section: ${section}`);
    plugins.push(...parseBlock(reader, section, []));
  }
  return plugins;
};

const TOKENS = [
  ['comment', /#[^\n]*/y],
  ['space', /\s+/y],
  ['string', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y],
  ['pattern', /(?<==~ ?|!~ ?)\/(?:[^/\\]|\\.)+\//y],
  ['field', /(?:\[[@\w]+\])+/y],
  ['arrow', /=>/y],
  ['sign', /==|=~|!=|!~|[{}[\],()!<>]/y],
  ['word', /[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?/y],
] as const;
type TokenKind = (typeof TOKENS)[number][0];

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
}

const tokenize = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  for (let offset = 0; offset < text.length; ) {
    const line = text.slice(0, offset).split('\n').length;
    const found = TOKENS.flatMap(([kind, pattern]) => {
      pattern.lastIndex = offset;
      const [match] = pattern.exec(text) ?? [];
      return match === undefined ? [] : [{ kind, text: match, line }];
    })[0];
    if (found === undefined) throw new Error(`line ${line}: ${text.slice(offset, offset + 20)}`);
    if (found.kind !== 'comment' && found.kind !== 'space') tokens.push(found);
    offset += found.text.length;
  }
  return tokens;
};

const createReader = (text: string) => {
  const tokens = tokenize(text);
  let next = 0;
  const fail = (message: string): never => {
    throw new Error(`line ${tokens[Math.min(next, tokens.length - 1)]?.line ?? 0}: ${message}`);
  };
  const take = (wanted: string): string => {
    const token = tokens[next];
    if (token === undefined) return fail(`ends where ${wanted} should be`);
    if (token.kind !== wanted && token.text !== wanted) return fail(`${token.text} instead of ${wanted}`);
    next++;
    return token.text;
  };
  return {
    fail,
    take,
    peek: (): Token | undefined => tokens[next],
    takeIf: (wanted: string): boolean => {
      if (tokens[next]?.text !== wanted) return false;
      next++;
      return true;
    },
    takeAny: (): string => take(tokens[next]?.text ?? 'more'),
    isAtEnd: () => next === tokens.length,
  };
};
type Reader = ReturnType<typeof createReader>;

const parseBlock = (reader: Reader, section: string, conditions: readonly string[]): readonly PipelinePlugin[] => {
  const plugins: PipelinePlugin[] = [];
  reader.take('{');
  while (!reader.takeIf('}')) {
    const name = reader.take('word');
    if (name === 'if') plugins.push(...parseBranches(reader, section, conditions));
    else plugins.push({ section, name, conditions, options: parseOptions(reader) });
  }
  return plugins;
};

const parseBranches = (reader: Reader, section: string, outer: readonly string[]): readonly PipelinePlugin[] => {
  const first = parseCondition(reader);
  const plugins = [...parseBlock(reader, section, [...outer, first])];
  let others = `not (${first})`;
  while (reader.takeIf('else')) {
    if (!reader.takeIf('if')) return [...plugins, ...parseBlock(reader, section, [...outer, others])];
    const condition = parseCondition(reader);
    plugins.push(...parseBlock(reader, section, [...outer, others, condition]));
    others += ` and not (${condition})`;
  }
  return plugins;
};

const parseCondition = (reader: Reader): string => {
  const parts: string[] = [];
  while (reader.peek()?.text !== '{') parts.push(reader.takeAny());
  if (parts.length === 0) reader.fail('an if without a condition');
  return parts.join(' ').replaceAll('! [', '![');
};

const parseOptions = (reader: Reader): PipelinePlugin['options'] => {
  const options = new Map<string, PipelineValue>();
  reader.take('{');
  while (!reader.takeIf('}')) {
    const name = reader.take('word');
    if (options.has(name)) reader.fail(`${name} twice`);
    reader.take('arrow');
    options.set(name, parseValue(reader));
  }
  return options;
};

const parseValue = (reader: Reader): PipelineValue => {
  if (reader.takeIf('{')) return { kind: 'hash', entries: parseEntries(reader) };
  if (reader.takeIf('[')) return { kind: 'array', items: parseItems(reader) };
  // A list of one number looks like a field.
  const field = reader.peek();
  if (field?.kind === 'field') {
    reader.takeAny();
    return { kind: 'array', items: [{ kind: 'bare', text: field.text.slice(1, -1) }] };
  }
  if (reader.peek()?.kind === 'string') return { kind: 'string', text: reader.take('string').slice(1, -1) };
  return { kind: 'bare', text: reader.take('word') };
};

const parseEntries = (reader: Reader): readonly (readonly [string, PipelineValue])[] => {
  const entries: (readonly [string, PipelineValue])[] = [];
  while (!reader.takeIf('}')) {
    const key = reader.take('string').slice(1, -1);
    reader.take('arrow');
    entries.push([key, parseValue(reader)]);
  }
  return entries;
};

const parseItems = (reader: Reader): readonly PipelineValue[] => {
  const items: PipelineValue[] = [];
  while (!reader.takeIf(']')) {
    items.push(parseValue(reader));
    if (reader.peek()?.text !== ']') reader.take(',');
  }
  return items;
};
