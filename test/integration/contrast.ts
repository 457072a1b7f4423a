/**
 * To be evaluated in a page: of each element with a text of its own that is seen, its first characters and the
 * contrast of its colour with the ground that it stands on, as WCAG 2 computes it.
 */
export const CONTRASTS = `(() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const painter = canvas.getContext('2d', { willReadFrequently: true });
  // Any notation, and what is half transparent, as it is seen on what is below.
  const paint = (colours) => {
    painter.clearRect(0, 0, 1, 1);
    for (const colour of colours) { painter.fillStyle = colour; painter.fillRect(0, 0, 1, 1); }
    return [...painter.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = (element) => (element === null ? ['Canvas'] : [...grounds(element.parentElement), getComputedStyle(element).backgroundColor]);
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(document.documentElement).colorScheme.includes('dark');
  const resolved = (element) => grounds(element).map((colour) => (colour === 'Canvas' ? (isDark ? 'rgb(18,18,18)' : 'white') : colour));
  const ownText = (element) => [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join('').trim();
  return [...document.body.querySelectorAll('*')]
    .filter((element) => ownText(element) !== '' && !['SCRIPT', 'STYLE'].includes(element.tagName) && element.getClientRects().length > 0)
    .map((element) => {
      const below = resolved(element);
      const [one, other] = [paint(below), paint([...below, getComputedStyle(element).color])].map(luminance);
      return { text: ownText(element).slice(0, 40), ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) };
    });
})()`;
