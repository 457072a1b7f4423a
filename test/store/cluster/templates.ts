import type { FlavourFacts } from '../flavour.ts';
import { fitsGlob, globsMeet } from '../globs.ts';
import { asObject, asTexts, isObject, type JsonObject, mergeDeep } from '../json.ts';
import { parseMapping } from '../mapping/parse-mapping.ts';
import { errorObject, illegalArgument, StoreError } from '../store-error.ts';
import { nestSettings, parseSettings, type Settings } from './settings.ts';

/** What an index is made from. */
export interface ComposedTemplate {
  readonly mappings: JsonObject;
  readonly settings: Settings;
  readonly aliases: readonly string[];
  readonly failureStore: boolean;
}

/** Component and index templates by name, as they were put. */
export interface Templates {
  readonly components: ReadonlyMap<string, JsonObject>;
  readonly indexTemplates: ReadonlyMap<string, JsonObject>;
  readonly putComponent: (name: string, template: JsonObject) => void;
  readonly putIndexTemplate: (name: string, template: JsonObject) => void;
  readonly removeComponent: (name: string) => void;
  readonly removeIndexTemplate: (name: string) => void;
  /** The index template of a new index: of those that fit the one with the highest priority. */
  readonly findFor: (index: string) => string | undefined;
  readonly compose: (template: JsonObject) => ComposedTemplate;
}

export const createTemplates = (flavour: FlavourFacts, lacksLifecycle: boolean): Templates => {
  const components = new Map<string, JsonObject>();
  const indexTemplates = new Map<string, JsonObject>();
  const read = (template: unknown): JsonObject => normalise(flavour, asObject(template), lacksLifecycle);
  const compose = (template: JsonObject): ComposedTemplate => {
    const parts = asTexts(template['composed_of']).map((name) => asObject(asObject(components.get(name))['template']));
    const all = [...parts, asObject(template['template'])];
    const settings = all.map((part) => parseSettings(flavour, part['settings'], lacksLifecycle));
    const options = all.map((part) => asObject(asObject(part['data_stream_options'])['failure_store'])['enabled']);
    return {
      mappings: all.map((part) => asObject(part['mappings'])).reduce(mergeMappings, {}),
      settings: Object.assign({}, ...settings) as Settings, // of Settings alone
      aliases: all.flatMap((part) => Object.keys(asObject(part['aliases']))),
      failureStore: options.findLast((enabled) => enabled !== undefined) === true,
    };
  };
  const check = (template: JsonObject): void => {
    const { mappings, settings } = compose(template);
    parseMapping(flavour, mappings, settings);
  };
  return {
    components,
    indexTemplates,
    putComponent: (name, template) => {
      refuseUnknownKeys(flavour, 'component_template', template, COMPONENT_KEYS);
      const part = read(template['template']);
      check({ template: part });
      components.set(name, { ...template, ...datesOf(flavour, components.get(name)), template: part });
    },
    putIndexTemplate: (name, template) => {
      refuseUnknownKeys(flavour, 'index_template', template, INDEX_TEMPLATE_KEYS);
      refuseBadTemplate({ name, template, components, indexTemplates });
      const kept = {
        ...template,
        composed_of: asTexts(template['composed_of']),
        index_patterns: asTexts(template['index_patterns']),
      };
      const whole = isObject(template['template']) ? { ...kept, template: read(template['template']) } : kept;
      try {
        check(whole);
      } catch (cause) {
        if (!(cause instanceof StoreError)) throw cause;
        throw new StoreError(
          400,
          'illegal_argument_exception',
          `composable template [${name}] template after composition is invalid`,
          { caused_by: errorObject(cause) },
        );
      }
      indexTemplates.set(name, { ...whole, ...datesOf(flavour, indexTemplates.get(name)) });
    },
    removeComponent: (name) => {
      const users = [...indexTemplates].filter(([, template]) => asTexts(template['composed_of']).includes(name));
      if (users.length > 0) {
        const names = users.map(([user]) => user).join(', ');
        throw illegalArgument(
          `component templates [${name}] cannot be removed as they are still in use by index templates [${names}]`,
        );
      }
      if (!components.delete(name)) throw missing('component template', name);
    },
    removeIndexTemplate: (name) => {
      if (!indexTemplates.delete(name)) {
        throw new StoreError(404, 'index_template_missing_exception', `index_template [${name}] missing`);
      }
    },
    findFor: (index) =>
      [...indexTemplates]
        .filter(([, template]) => asTexts(template['index_patterns']).some((glob) => fitsGlob(glob, index)))
        .sort(([, first], [, second]) => priority(second) - priority(first))[0]?.[0],
    compose,
  };
};

/** Since 9 a template is given back with when it was made and changed. */
const datesOf = ({ product, major }: FlavourFacts, before: JsonObject | undefined): JsonObject => {
  if (product !== 'elasticsearch' || major < 9) return {};
  const now = Date.now();
  return { created_date_millis: before?.['created_date_millis'] ?? now, modified_date_millis: now };
};

const COMPONENT_KEYS = ['template', 'version', '_meta'];
const INDEX_TEMPLATE_KEYS = [
  'index_patterns',
  'template',
  'composed_of',
  'priority',
  'version',
  '_meta',
  'data_stream',
];
const ELASTICSEARCH_KEYS = ['allow_auto_create', 'ignore_missing_component_templates', 'deprecated'];
const PART_KEYS = ['settings', 'mappings', 'aliases'];

const priority = (template: JsonObject): number => Number(template['priority'] ?? 0);

const refuseUnknownKeys = (
  flavour: FlavourFacts,
  what: string,
  template: JsonObject,
  keys: readonly string[],
): void => {
  const isNewer = flavour.product === 'elasticsearch' && flavour.major >= 8;
  const known = flavour.product === 'elasticsearch' ? [...keys, ...ELASTICSEARCH_KEYS] : keys;
  const knownParts = isNewer ? [...PART_KEYS, 'lifecycle', 'data_stream_options'] : PART_KEYS;
  const refuse = (parser: string, key: string) => {
    throw new StoreError(400, 'x_content_parse_exception', `[1:1] [${parser}] unknown field [${key}]`);
  };
  for (const key of Object.keys(template)) if (!known.includes(key)) refuse(what, key);
  for (const key of Object.keys(asObject(template['template']))) if (!knownParts.includes(key)) refuse('template', key);
};

const refuseBadTemplate = ({
  name,
  template,
  components,
  indexTemplates,
}: {
  readonly name: string;
  readonly template: JsonObject;
  readonly components: ReadonlyMap<string, JsonObject>;
  readonly indexTemplates: ReadonlyMap<string, JsonObject>;
}): void => {
  const patterns = asTexts(template['index_patterns']);
  if (patterns.length === 0) throw illegalArgument('Required [index_patterns]');
  const ignorable = asTexts(template['ignore_missing_component_templates']);
  const absent = asTexts(template['composed_of']).filter((part) => !components.has(part) && !ignorable.includes(part));
  if (absent.length > 0)
    throw invalid(
      name,
      `index_template [${name}] invalid, cause [index template [${name}] specifies component templates [${absent.join(', ')}] that do not exist]`,
    );
  for (const [other, { index_patterns: others, ...rest }] of indexTemplates) {
    const meets = asTexts(others).some((first) => patterns.some((second) => globsMeet(first, second)));
    if (other === name || priority(rest) !== priority(template) || !meets) continue;
    throw illegalArgument(
      `index template [${name}] has index patterns [${patterns.join(', ')}] matching patterns from existing templates [${other}] with patterns (${other} => [${asTexts(others).join(', ')}]) that have the same priority [${priority(template)}], multiple index templates may not match during index creation, please use a different priority`,
    );
  }
};

const invalid = (name: string, reason: string): StoreError =>
  new StoreError(
    400,
    'invalid_index_template_exception',
    reason.startsWith('index_template') ? reason : `index_template [${name}] invalid, cause [${reason}]`,
  );

/** The engines give settings back as nested texts, whichever way they came. */
const normalise = (flavour: FlavourFacts, part: JsonObject, lacksLifecycle: boolean): JsonObject => {
  if (part['settings'] === undefined) return part;
  return { ...part, settings: nestSettings(parseSettings(flavour, part['settings'], lacksLifecycle)) };
};

const mergeMappings = (first: JsonObject, second: JsonObject): JsonObject => {
  const rules = [...asRules(first), ...asRules(second)];
  const byName = new Map(rules.map((rule) => [Object.keys(rule)[0] ?? '', rule]));
  return { ...mergeDeep(first, second), ...(rules.length > 0 && { dynamic_templates: [...byName.values()] }) };
};

const asRules = (mappings: JsonObject): readonly JsonObject[] => {
  const rules = mappings['dynamic_templates'];
  return Array.isArray(rules) ? rules.filter(isObject) : [];
};

const missing = (what: string, name: string): StoreError =>
  new StoreError(404, 'resource_not_found_exception', `${what} matching [${name}] not found`);
