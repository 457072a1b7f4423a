import { variableOf } from './environment.ts';
import { describeConfig } from './schema.ts';
import { expectation, formatPath, listOptions, type Option } from './tree.ts';

const PREAMBLE = `# Configuration reference

Written by \`harborlight docs\` from the tree that also checks the configuration; edits here are lost.

One YAML file, \`harborlight.yml\` in the working directory or the one that \`--config\` names; none is fine. Each option
has a variable beside it; what stands in a list is set with the list. Later ones win, each option as a whole:
defaults, file, environment, command line.

- Variables hold texts as they are, lists of texts with commas between them, all other lists and mappings as JSON.
  An empty variable counts as none.
- Relative paths count from the working directory. Files are read when the configuration is loaded, and again at
  each reload.
- Patterns are globs (\`*\` for any text, \`?\` for one character) on the container's name; with a slash on its compose
  project and service (\`shop/*\`); after \`image=\` on its image; after \`label=key=\` on a label.
- What is unknown or wrong is refused, all of it at once; \`harborlight check-config\` tells without starting.
`;

/** The reference as Markdown, one table for each of the topmost options. */
export function renderReference(): string {
  const root = describeConfig();
  const options = listOptions(root);
  const sections = Object.entries(root.properties ?? {}).map(([name, { description, properties }]) => {
    const own = options.filter(({ path }) => path[0] === name);
    const intro = properties === undefined || description === undefined ? '' : `${description}\n\n`;
    return `\n## ${name}\n\n${intro}${renderTable(own.filter(({ kind }) => kind === undefined))}${renderKinds(own)}`;
  });
  return PREAMBLE + sections.join('');
}

/** What every kind of mapping has once, and what is its own in a table for each. */
function renderKinds(options: readonly Option[]): string {
  const kinds = [...new Set(options.flatMap(({ kind }) => kind ?? []))];
  const rowsOf = (kind: string) => options.filter((option) => option.kind === kind).map(renderRow);
  const [first = '', ...others] = kinds;
  const isCommon = (row: string) => others.length > 0 && others.every((kind) => rowsOf(kind).includes(row));
  const common = rowsOf(first).filter(isCommon);
  const tables = kinds.map(
    (kind) => `\n### kind: ${kind}\n\n${renderRows(rowsOf(kind).filter((row) => !common.includes(row)))}`,
  );
  return kinds.length < 2 ? tables.join('') : `\n### every kind\n\n${renderRows(common)}${tables.join('')}`;
}

function renderTable(options: readonly Option[]): string {
  return renderRows(options.map(renderRow));
}

function renderRows(rows: readonly string[]): string {
  return `${HEAD}\n${rows.join('\n')}\n`;
}

/** For editors, which complete and check the file with it. */
export function renderJsonSchema(): string {
  return `${JSON.stringify(describeConfig(), null, 2)}\n`;
}

const HEAD = '| option | takes | default | variable | meaning |\n|---|---|---|---|---|';

function renderRow(option: Option): string {
  const { path, node } = option;
  const cells = [
    `\`${formatPath(path)}\``,
    expectation(node),
    renderDefault(option),
    option.inList ? '' : `\`${variableOf(option)}\``,
    node.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function renderDefault({ node, isRequired }: Option): string {
  if (isRequired) return 'required';
  if (node.default === undefined) return '';
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}
