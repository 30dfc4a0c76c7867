/** The colours of everything we draw for one brand, each "#RRGGBB". */
export type Palette = {
  brand: string;
  /** Text on `brand`: white where it reads (4.5:1), else black. */
  onBrand: string;
  /** A light sheet of the brand's colour, for boxes and quiet headers. */
  brandTint: string;
  /** The brand's colour, dark enough for text on white and on `brandTint`, and for white text on itself. */
  brandInk: string;
  text: string;
  muted: string;
  alert: string;
  alertTint: string;
  line: string;
  track: string;
  /** The sheet of a coupon that is used, ended or gone. */
  spent: string;
  white: string;
  /** Header colours by tier, all under white text. */
  tiers: { general: string; silver: string; gold: string; vip: string };
};

type Rgb = [red: number, green: number, blue: number];

/** The least contrast of any text (WCAG 2.1 AA). */
const readable = 4.5;
const inkStep = 0.02;

/**
 * All colours from the one that the brand gives.
 * @param brandHex "#RRGGBB", either case
 * @throws RangeError when it is no such colour
 */
export function derivePalette(brandHex: string): Palette {
  const brand = parseHex(brandHex);
  const white: Rgb = [255, 255, 255];
  const brandTint = mix(brand, white, 0.9);
  return {
    brand: toHex(brand),
    onBrand: contrastOf(brand, white) >= readable ? '#FFFFFF' : '#000000',
    brandTint: toHex(brandTint),
    brandInk: toHex(darkenToReadable(brand, brandTint)),
    text: '#1F2328',
    muted: '#595F66',
    alert: '#A8321E',
    alertTint: '#F6EAE8',
    line: '#D5DAD9',
    track: '#E3E6E8',
    spent: '#EEF0F1',
    white: '#FFFFFF',
    tiers: {
      general: toHex(darkenToReadable(brand, brandTint)),
      silver: '#56616C',
      gold: '#7A5B12',
      vip: '#2B2440',
    },
  };
}

/** Contrast ratio of two "#RRGGBB" colours, 1 to 21 (WCAG 2.1, relative luminance). */
export function contrastRatio(one: string, other: string): number {
  return contrastOf(parseHex(one), parseHex(other));
}

/** The tint is lighter than black and darker than white: what reads on the tint reads on white as well. */
function darkenToReadable(brand: Rgb, brandTint: Rgb): Rgb {
  for (let step = 0; ; step += 1) {
    const ink = mix(brand, [0, 0, 0], Math.min(1, step * inkStep));
    if (contrastOf(ink, brandTint) >= readable) return ink;
  }
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] * (1 - share) + to[index] * share);
  return [channel(0), channel(1), channel(2)];
}

function contrastOf(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function parseHex(hex: string): Rgb {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) throw new RangeError(`not a colour like #0F5B4F: ${JSON.stringify(hex)}`);
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}
