/** Whether a name fits a pattern in which `*` stands for any text. */
export const fitsGlob = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 's').test(name);

const escape = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

/** Whether there can be a name that fits both. */
export const globsMeet = (first: string, second: string): boolean => {
  if (first === '' || second === '') return /^\**$/.test(first + second);
  if (first.startsWith('*')) return globsMeet(first.slice(1), second) || globsMeet(first, second.slice(1));
  if (second.startsWith('*')) return globsMeet(second, first);
  return first[0] === second[0] && globsMeet(first.slice(1), second.slice(1));
};
