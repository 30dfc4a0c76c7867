import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GlobalFonts } from '@napi-rs/canvas';

const stylesheets = {
  500: import.meta.resolve('@fontsource/noto-sans-tc/500.css'),
  700: import.meta.resolve('@fontsource/noto-sans-tc/700.css'),
};

type NotoWeight = keyof typeof stylesheets;

/**
 * Registers those slices of Noto Sans TC that hold the signs of `text` and returns the family list that draws
 * them. The font ships in a hundred slices by range of code points, as browsers like it; the canvas takes one
 * family a file and looks through the list for each sign.
 * @throws Error when a sign is in no slice: another font would be drawn in its place
 */
export function registerNoto(text: string, weight: NotoWeight): string {
  const stylesheet = fileURLToPath(stylesheets[weight]);
  const missing = new Set([...text].map((sign) => sign.codePointAt(0) ?? 0));
  const families: string[] = [];
  for (const [, file, ranges] of readFileSync(stylesheet, 'utf8').matchAll(
    /url\(\.\/(files\/\S+?\.woff2)\)[^}]*?unicode-range:\s*([^;]+);/g,
  )) {
    const held = [...missing].filter((sign) => holds(ranges ?? '', sign));
    if (held.length === 0) continue;
    const family = `Noto${weight}-${families.length}`;
    if (!GlobalFonts.registerFromPath(join(dirname(stylesheet), file ?? ''), family)) {
      throw new Error(`the canvas does not read ${file}`);
    }
    for (const sign of held) missing.delete(sign);
    families.push(family);
  }
  if (missing.size > 0) {
    throw new Error(`Noto Sans TC lacks ${[...missing].map((sign) => String.fromCodePoint(sign)).join(' ')}`);
  }
  return families.join(', ');
}

function holds(ranges: string, sign: number): boolean {
  return ranges.split(',').some((range) => {
    const [from, to] = range
      .trim()
      .slice(2)
      .split('-')
      .map((hex) => Number.parseInt(hex, 16));
    return from !== undefined && sign >= from && sign <= (to ?? from);
  });
}
