import { isObject, type JsonObject } from '../json.ts';
import type { Mapping } from './field.ts';

/** As `_mapping` gives it. */
export const writeMapping = ({ fields, dynamic, dynamicTemplates }: Mapping): JsonObject => {
  const properties: Record<string, unknown> = {};
  // Parents come before what they hold.
  for (const [path, { type, definition }] of [...fields].sort(([first], [second]) => (first < second ? -1 : 1))) {
    const parts = path.split('.');
    let holder = properties;
    for (const part of parts.slice(0, -1)) holder = openObject(openObject(holder, part), 'properties');
    holder[parts.at(-1) ?? ''] = type === 'object' ? withoutType(definition) : { ...definition };
  }
  return {
    ...(dynamic !== 'true' && { dynamic }),
    ...(dynamicTemplates.length > 0 && {
      dynamic_templates: dynamicTemplates.map(({ name, rule }) => ({ [name]: rule })),
    }),
    ...(fields.size > 0 && { properties }),
  };
};

const openObject = (holder: Record<string, unknown>, name: string): Record<string, unknown> => {
  const there = holder[name];
  const opened = isObject(there) ? { ...there } : {};
  holder[name] = opened;
  return opened;
};

const withoutType = ({ type: _type, ...rest }: JsonObject): JsonObject => rest;
