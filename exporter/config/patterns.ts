import { projectNames } from '../util/project-names.ts';

/** What a pattern looks at. */
export interface PatternSubject {
  readonly name: string;
  /** As configured, tag included. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

export type ContainerMatcher = (container: PatternSubject) => boolean;

/** True for what at least one `include` and no `exclude` matches. */
export function createContainerFilter(patterns: {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}): ContainerMatcher {
  const include = patterns.include.map(createPattern);
  const exclude = patterns.exclude.map(createPattern);
  return (container) => include.some((matches) => matches(container)) && !exclude.some((matches) => matches(container));
}

/** A glob on the name, on `project/service` (with a slash), on the image (`image=`) or on a label (`label=key=`). */
export function createPattern(text: string): ContainerMatcher {
  if (text.startsWith('image=')) {
    const glob = text.slice('image='.length);
    return ({ image }) => matchesGlob(glob, image);
  }
  if (text.startsWith('label=')) {
    const [key, glob] = splitLabel(text);
    return ({ labels }) => Object.hasOwn(labels, key) && matchesGlob(glob, labels[key] ?? '');
  }
  if (text.includes('/')) {
    return (container) => {
      const { project, service } = projectNames(container);
      return project !== undefined && service !== undefined && matchesGlob(text, `${project}/${service}`);
    };
  }
  return ({ name }) => matchesGlob(text, name);
}

/** The label that a pattern looks at; undefined for one that looks at none, or at those that make a container's names. */
export function labelKeyOf(text: string): string | undefined {
  return text.startsWith('label=') ? splitLabel(text)[0] : undefined;
}

/** False for a prefix without a glob or key behind it. */
export function isPattern(text: string): boolean {
  return text !== '' && text !== 'image=' && !(text.startsWith('label=') && splitLabel(text)[0] === '');
}

/**
 * `*` stands for any text, `?` for one character. Goes back to the last star only, so that no pattern takes longer than
 * its length times the text's.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let atGlob = 0;
  let atText = 0;
  let star = -1;
  let starText = 0;
  while (atText < text.length) {
    if (glob[atGlob] === '*') {
      star = atGlob++;
      starText = atText;
    } else if (glob[atGlob] === '?' || glob[atGlob] === text[atText]) {
      atGlob++;
      atText++;
    } else if (star >= 0) {
      atGlob = star + 1;
      atText = ++starText;
    } else return false;
  }
  while (glob[atGlob] === '*') atGlob++;
  return atGlob === glob.length;
}

/** `label=key` alone asks for the label, whatever its value. */
function splitLabel(text: string): [key: string, glob: string] {
  const rest = text.slice('label='.length);
  const at = rest.indexOf('=');
  return at < 0 ? [rest, '*'] : [rest.slice(0, at), rest.slice(at + 1)];
}
