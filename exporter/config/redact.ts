import type { LinearPattern } from '../util/linear-pattern.ts';
import { type Config, describeConfig } from './schema.ts';
import { isMapping, nodeAt, type OptionNode, variantFor } from './tree.ts';

/** The configuration as it may be printed: without secrets, and of files only their paths. */
export function redactConfig(config: Config): unknown {
  return redact(config, describeConfig());
}

/** One of its modules, likewise. */
export function redactModule(config: Config, name: string): unknown {
  return redact(config.modules[name], nodeAt(describeConfig(), ['modules', name], config));
}

function redact(value: unknown, given: OptionNode | undefined): unknown {
  const node = given && variantFor(given, value);
  if (node?.writeOnly === true) return '[redacted]';
  if (node?.format === 'path' && isMapping(value)) return value['path'];
  if (isPattern(value)) return value.source;
  if (Array.isArray(value)) return value.map((item) => redact(item, node?.items));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      redact(inner, node?.properties?.[key] ?? (node?.additionalProperties || undefined)),
    ]),
  );
}

/** A compiled one: it is printed as it was written. */
function isPattern(value: unknown): value is LinearPattern {
  return isMapping(value) && typeof value['source'] === 'string' && typeof value['test'] === 'function';
}
