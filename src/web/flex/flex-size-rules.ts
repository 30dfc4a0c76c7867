import { lookUp } from './flex-node-rules.ts';

/** Keywords of Flex sizes in CSS pixels, as LINE's phones draw them at the standard font size. */
const fontSizes: Readonly<Record<string, number>> = {
  xxs: 11,
  xs: 13,
  sm: 14,
  md: 16,
  lg: 19,
  xl: 22,
  xxl: 29,
  '3xl': 35,
  '4xl': 48,
  '5xl': 74,
};

const imageSizes: Readonly<Record<string, string>> = {
  xxs: '40px',
  xs: '60px',
  sm: '80px',
  md: '100px',
  lg: '120px',
  xl: '140px',
  xxl: '160px',
  '3xl': '180px',
  '4xl': '200px',
  '5xl': '220px',
  full: '100%',
};

const spaces: Readonly<Record<string, string>> = {
  none: '0px',
  xs: '2px',
  sm: '4px',
  md: '8px',
  lg: '12px',
  xl: '16px',
  xxl: '20px',
};

const borderWidths: Readonly<Record<string, string>> = {
  none: '0px',
  light: '0.5px',
  normal: '1px',
  medium: '2px',
  'semi-bold': '3px',
  bold: '4px',
};

const bubbleWidths: Readonly<Record<string, number>> = {
  nano: 120,
  micro: 160,
  deca: 220,
  hecto: 241,
  kilo: 260,
  mega: 300,
  giga: 500,
};

/** `12px` or `40%`, nothing else: a size from the wire never becomes other CSS. */
export function cssLength(value: unknown): string | undefined {
  return typeof value === 'string' && /^-?\d{1,5}(\.\d{1,4})?(px|%)$/.test(value) ? value : undefined;
}

function fromTable(table: Readonly<Record<string, string>>, value: unknown): string | undefined {
  return lookUp(table, value) ?? cssLength(value);
}

/** Spacing, margin, padding, offset and corner radius: keyword, px or %. */
export function cssSpace(value: unknown): string | undefined {
  return fromTable(spaces, value);
}

export function cssBorderWidth(value: unknown): string | undefined {
  return fromTable(borderWidths, value);
}

/** Width of an image component; LINE's default is `md`. */
export function cssImageSize(value: unknown): string {
  return fromTable(imageSizes, value) ?? '100px';
}

/** Font (and icon) size in pixels; LINE's default is `md`. */
export function fontPixels(value: unknown): number {
  const known = lookUp(fontSizes, value);
  if (known !== undefined) return known;
  return typeof value === 'string' && /^\d{1,3}(\.\d{1,2})?px$/.test(value) ? Number.parseFloat(value) : 16;
}

/** Width of a bubble in pixels; LINE's default is `mega`. */
export function bubblePixels(value: unknown): number {
  return lookUp(bubbleWidths, value) ?? 300;
}

/** #RRGGBB or #RRGGBBAA, the only colours LINE takes. */
export function cssColor(value: unknown): string | undefined {
  return typeof value === 'string' && /^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(value) ? value : undefined;
}

/** `20:13` as a CSS ratio; LINE refuses a height of more than three widths, so such a ratio is drawn 1:1. */
export function cssRatio(value: unknown): string {
  const match = typeof value === 'string' ? /^(\d{1,6}):(\d{1,6})$/.exec(value) : null;
  const width = Number(match?.[1]);
  const height = Number(match?.[2]);
  return match && width > 0 && height > 0 && height <= width * 3 ? `${width} / ${height}` : '1 / 1';
}

/** A gradient box background, or undefined where it is not one that LINE draws. */
export function cssGradient(background: { readonly [key: string]: unknown }): string | undefined {
  const { type, angle, startColor, centerColor, centerPosition, endColor } = background;
  const start = cssColor(startColor);
  const end = cssColor(endColor);
  if (type !== 'linearGradient' || !start || !end) return undefined;
  const turn = typeof angle === 'string' && /^\d{1,3}(\.\d+)?deg$/.test(angle) ? angle : '0deg';
  const center = cssColor(centerColor);
  const middle = center ? `, ${center} ${cssLength(centerPosition) ?? '50%'}` : '';
  return `linear-gradient(${turn}, ${start}${middle}, ${end})`;
}
