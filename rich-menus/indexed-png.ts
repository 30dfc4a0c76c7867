import { crc32, deflateSync } from 'node:zlib';

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * A PNG with a palette: flat drawings take a tenth of the bytes of true colour, and LINE takes 1 MB.
 * @param rgba four bytes a pixel, rows from the top, opaque
 * @param palette at most 64 "#RRGGBB"; each pixel becomes the nearest of them
 */
export function encodeIndexedPng(
  rgba: Uint8ClampedArray | Uint8Array,
  width: number,
  height: number,
  palette: readonly string[],
): Buffer {
  if (palette.length > 64)
    throw new RangeError(`a rich menu takes at most 64 colours, not ${palette.length}`);
  const colours = palette.map(toRgb);
  const known = new Map<number, number>();
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const pixel = ((rgba[at] ?? 0) << 16) | ((rgba[at + 1] ?? 0) << 8) | (rgba[at + 2] ?? 0);
      let index = known.get(pixel);
      if (index === undefined) {
        index = nearest([pixel >> 16, (pixel >> 8) & 255, pixel & 255], colours);
        known.set(pixel, index);
      }
      // The first byte of each row is its filter: none, the best one for palettes.
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(colours.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** `steps` colours from one to the other, both ends included: what antialiasing makes of a line on a sheet. */
export function blend(from: string, to: string, steps: number): string[] {
  return Array.from({ length: steps }, (_, step) => mixed(from, to, step / (steps - 1)));
}

/** "#RRGGBB" on the way from one colour to the other, `share` from 0 to 1. */
export function mixed(from: string, to: string, share: number): string {
  const [a, b] = [toRgb(from), toRgb(to)];
  const channel = (index: 0 | 1 | 2) => Math.round(a[index] + (b[index] - a[index]) * share);
  const hex = [channel(0), channel(1), channel(2)].map((value) => value.toString(16).padStart(2, '0'));
  return `#${hex.join('')}`.toUpperCase();
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'ascii'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function nearest(pixel: Rgb, colours: readonly Rgb[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, colour] of colours.entries()) {
    const distance = (pixel[0] - colour[0]) ** 2 + (pixel[1] - colour[1]) ** 2 + (pixel[2] - colour[2]) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
