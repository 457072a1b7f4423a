import { z } from 'zod';

/** The keywords that zod writes for our tree: all that faults, variables and documents need to know of an option. */
export interface OptionNode {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  /** What the option takes, where type and limits do not say it. */
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** `path`: a file that is read at load; `uri`: may hold credentials when it is wrong. */
  readonly format?: string;
  /** A secret: printed nowhere. */
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, OptionNode>>;
  readonly required?: readonly string[];
  readonly items?: OptionNode;
  /** Mappings that an option of theirs with a `const` tells apart. */
  readonly oneOf?: readonly OptionNode[];
  readonly const?: string;
  /** A map's values. */
  readonly additionalProperties?: OptionNode | false;
}

/** Keys and, in what was read, list positions. `[]` stands for each item of a list. */
export type OptionPath = readonly (string | number)[];

export interface Option {
  readonly path: OptionPath;
  readonly node: OptionNode;
  /** Must be given where the mapping around it is. */
  readonly isRequired: boolean;
  /** Only what no list holds can be set by a variable of its own. */
  readonly inList: boolean;
  /** Of mappings that differ by kind: the kind that has this option. */
  readonly kind?: string;
}

/** The tree as the file may be written: defaults are in the file's notation. */
export function describeTree(schema: z.ZodType): OptionNode {
  // toJSONSchema's type allows every keyword of the draft; our schemas make it emit those of OptionNode.
  return z.toJSONSchema(schema, { io: 'input' }) as OptionNode;
}

/** Everything that can be set, in the order of the tree; mappings only by what is in them. */
export function listOptions(node: OptionNode, path: OptionPath = []): readonly Option[] {
  if (node.oneOf !== undefined) {
    return node.oneOf.flatMap((variant) => {
      const kind = kindOfVariant(variant);
      return listOptions(variant, path).map((option) => (kind === undefined ? option : { ...option, kind }));
    });
  }
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const at = [...path, key];
    if (child.properties !== undefined) return listOptions(child, at);
    const option = {
      path: at,
      node: child,
      isRequired: node.required?.includes(key) === true,
      inList: path.includes('[]'),
    };
    return [option, ...listOptions(child.items ?? {}, [...at, '[]'])];
  });
}

/** Nothing when there is no such option. What is configured says of which kind a mapping is. */
export function nodeAt(root: OptionNode, path: OptionPath, value?: unknown): OptionNode | undefined {
  let node: OptionNode | undefined = variantFor(root, value);
  let inner = value;
  for (const key of path) {
    inner = Array.isArray(inner) ? inner[Number(key)] : isMapping(inner) ? inner[key] : undefined;
    node = childOf(node, key);
    if (node !== undefined) node = variantFor(node, inner);
  }
  return node;
}

function childOf(node: OptionNode | undefined, key: string | number): OptionNode | undefined {
  if (typeof key === 'number') return node?.items;
  return node?.properties?.[key] ?? (node?.additionalProperties || undefined);
}

/** The node itself, or of several kinds the one that the value says; of no known kind, what says the kind. */
export function variantFor(node: OptionNode, value: unknown): OptionNode {
  const { oneOf } = node;
  if (oneOf === undefined) return node;
  const kind = isMapping(value) ? value['kind'] : undefined;
  const kinds = oneOf.map(kindOfVariant).filter((one) => one !== undefined);
  const unknown = { properties: { kind: { type: 'string', enum: kinds } } } as const;
  return oneOf.find((variant) => kindOfVariant(variant) === kind) ?? unknown;
}

function kindOfVariant({ properties }: OptionNode): string | undefined {
  return properties?.['kind']?.const;
}

/** `hosts[0].tls.ca_file` */
export function formatPath(path: OptionPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return key === '[]' ? `${text}[]` : `${text}${text === '' ? '' : '.'}${key}`;
  }, '');
}

/** What an option takes, as a noun: for the reference and for faults. */
export function expectation(node: OptionNode): string {
  if (node.title !== undefined) return node.title;
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.oneOf !== undefined) return 'a mapping';
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  switch (node.type) {
    case 'integer':
      return `an integer from ${String(node.minimum)} to ${String(node.maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list, each item ${expectation(node.items ?? {})}`;
    case 'object':
      return 'a mapping';
    default:
      return 'a text';
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
