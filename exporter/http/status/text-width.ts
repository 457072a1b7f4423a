/** Thousandths of the font's size, as Verdana has them. */
const NARROW = widths(350, "ijl.,:;|!'I[]()ftr/ -");
const WIDE = widths(850, 'mwMWOQ%@—…');
const OTHER = 640;
/** Of scripts whose characters are squares. */
const SQUARE = 1000;
const FONT_SIZE = 11;

/** Whole pixels that a line of text takes at 11 px, about: who draws it stretches it to that. */
export function textWidth(text: string): number {
  const units = Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);
  return Math.max(1, Math.ceil((units * FONT_SIZE) / 1000));
}

function widthOf(character: string): number {
  if (isSquare(character.codePointAt(0) ?? 0)) return SQUARE;
  return NARROW.get(character) ?? WIDE.get(character) ?? OTHER;
}

/** Hangul, kana, Han and emoji. */
function isSquare(codePoint: number): boolean {
  return (
    (codePoint >= 0x1100 && codePoint <= 0x115f) ||
    (codePoint >= 0x2e80 && codePoint <= 0xd7ff) ||
    codePoint >= 0x1_f000
  );
}

function widths(width: number, characters: string): ReadonlyMap<string, number> {
  return new Map(Array.from(characters, (character) => [character, width] as const));
}
