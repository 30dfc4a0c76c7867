/**
 * Draws rich-menus/*.png from rich-menus/*.json: `node rich-menus/draw.ts [brand colour]`.
 * Labels and places come from the JSON, so that a picture never says anything else than its areas do.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { derivePalette } from '#line/palette-rules.ts';
import { type Icon, iconOfLabel } from './icons.ts';
import { blend, encodeIndexedPng, mixed } from './indexed-png.ts';
import { registerNoto } from './noto.ts';

type Bounds = { x: number; y: number; width: number; height: number };
type Area = { bounds: Bounds; action: { type: string; label: string } };
type MenuFile = { menu: { size: { width: number; height: number }; areas: Area[] } };
/** The one big tile of a menu, by label, with its sheet; and the tab that this menu is. */
type Look = { main?: { label: string; sheet: 'brand' | 'vip' }; activeTab?: string };

const looks: Record<string, Look> = {
  guest: { main: { label: '綁定會員，領見面禮', sheet: 'brand' } },
  'member-card': { main: { label: '出示會員碼', sheet: 'brand' }, activeTab: '會員' },
  'member-service': { activeTab: '服務' },
  'vip-card': { main: { label: '出示會員碼', sheet: 'vip' }, activeTab: '會員' },
  'vip-service': { activeTab: '服務' },
};

const iconSize = 220;
const iconStroke = 14;
const gap = 44;
const line = 4;
const labelSize = 108;
const mainLabelSize = 150;
/** How far the rings behind a main tile's label stand out from its sheet: seen, never in the way of the text. */
const ringShare = 0.07;
const palette = derivePalette(process.argv[2] ?? '#0F5B4F');

for (const [name, look] of Object.entries(looks)) {
  const { menu } = JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as MenuFile;
  const png = drawMenu(menu, look);
  writeFileSync(join(import.meta.dirname, `${name}.png`), png);
  console.log(`${name}.png ${menu.size.width} × ${menu.size.height}, ${Math.ceil(png.length / 1024)} KB`);
}

function drawMenu({ size, areas }: MenuFile['menu'], look: Look): Buffer {
  const canvas = createCanvas(size.width, size.height);
  const pen = canvas.getContext('2d');
  const words = `${areas.map((area) => area.action.label).join('')}${look.activeTab ?? ''}`;
  const bold = registerNoto(words, 700);
  const medium = registerNoto(words, 500);
  const mainSheet = look.main?.sheet === 'vip' ? palette.tiers.vip : palette.brand;
  const mainInk = look.main?.sheet === 'vip' ? palette.white : palette.onBrand;
  const ring = mixed(mainSheet, mainInk, ringShare);

  pen.fillStyle = palette.white;
  pen.fillRect(0, 0, size.width, size.height);
  for (const { bounds, action } of areas) {
    if (action.type === 'richmenuswitch') {
      drawTabs(pen, bounds, size.width, { active: look.activeTab ?? '', other: action.label }, bold, medium);
    } else {
      const isMain = action.label === look.main?.label;
      drawSheet(pen, bounds, isMain ? mainSheet : palette.white, isMain ? ring : null);
      drawTile(pen, bounds, action.label, {
        ink: isMain ? mainInk : palette.brandInk,
        labelInk: isMain ? mainInk : palette.text,
        size: isMain ? mainLabelSize : labelSize,
        font: bold,
      });
    }
  }
  drawLines(pen, areas, size);
  const { data } = pen.getImageData(0, 0, size.width, size.height);
  const { brandInk, brandTint, muted, text, white } = palette;
  return encodeIndexedPng(data, size.width, size.height, [
    palette.line,
    ring,
    ...blend(brandInk, white, 16),
    ...blend(text, white, 15),
    ...blend(mainInk, mainSheet, 16),
    ...blend(muted, brandTint, 15),
  ]);
}

function drawSheet(
  pen: SKRSContext2D,
  { x, y, width, height }: Bounds,
  sheet: string,
  ring: string | null,
): void {
  pen.fillStyle = sheet;
  pen.fillRect(x, y, width, height);
  if (ring === null) return;
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.strokeStyle = ring;
  pen.lineWidth = height * 0.16;
  for (const [centreX, centreY, radius] of [
    [x + width * 0.04, y + height * 1.02, height * 0.3],
    [x + width * 0.97, y + height * 0.02, height * 0.5],
  ] as const) {
    pen.beginPath();
    pen.arc(centreX, centreY, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.restore();
}

type TileStyle = { ink: string; labelInk: string; size: number; font: string };

/** Icon and label stand in the middle as one block; a larger label has a larger icon. */
function drawTile(
  pen: SKRSContext2D,
  { x, y, width, height }: Bounds,
  label: string,
  style: TileStyle,
): void {
  const icon = iconOfLabel[label];
  if (icon === undefined) throw new Error(`no icon is drawn for ${label}`);
  pen.font = `${style.size}px ${style.font}`;
  const glyphs = measure(pen, label);
  if (glyphs.width > width - 120)
    throw new Error(`${label} does not fit its tile with 60 px free at each side`);
  const scale = style.size / labelSize;
  const side = iconSize * scale;
  const top = y + (height - side - gap - glyphs.height) / 2;
  drawIcon(pen, icon, { x: x + (width - side) / 2, y: top, scale }, style.ink);
  pen.fillStyle = style.labelInk;
  pen.fillText(label, x + (width - glyphs.width) / 2, top + side + gap + glyphs.ascent);
}

function drawIcon(
  pen: SKRSContext2D,
  icon: Icon,
  at: { x: number; y: number; scale: number },
  ink: string,
): void {
  pen.save();
  pen.translate(at.x, at.y);
  pen.scale(at.scale, at.scale);
  pen.lineWidth = iconStroke;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = ink;
  pen.fillStyle = ink;
  pen.stroke(new Path2D(icon.lines));
  if (icon.dots) pen.fill(new Path2D(icon.dots));
  pen.restore();
}

/** Two tabs over the whole width; `target` is where the other tab, the one that can be tapped, stands. */
function drawTabs(
  pen: SKRSContext2D,
  target: Bounds,
  menuWidth: number,
  labels: { active: string; other: string },
  bold: string,
  medium: string,
): void {
  const active = { ...target, x: target.x === 0 ? target.width : 0, width: menuWidth - target.width };
  pen.fillStyle = palette.brandTint;
  pen.fillRect(target.x, target.y, target.width, target.height);
  pen.fillStyle = palette.brandInk;
  pen.fillRect(active.x, active.y, active.width, 16);
  drawCentred(pen, active, labels.active, palette.brandInk, `${labelSize}px ${bold}`);
  drawCentred(pen, target, labels.other, palette.muted, `${labelSize}px ${medium}`);
}

function drawCentred(
  pen: SKRSContext2D,
  { x, y, width, height }: Bounds,
  label: string,
  ink: string,
  font: string,
) {
  pen.font = font;
  const glyphs = measure(pen, label);
  pen.fillStyle = ink;
  pen.fillText(label, x + (width - glyphs.width) / 2, y + (height - glyphs.height) / 2 + glyphs.ascent);
}

/** The ink of a label, not its line: Han glyphs sit unevenly in their line height. */
function measure(pen: SKRSContext2D, label: string) {
  const { width, actualBoundingBoxAscent, actualBoundingBoxDescent } = pen.measureText(label);
  return {
    width,
    ascent: actualBoundingBoxAscent,
    height: actualBoundingBoxAscent + actualBoundingBoxDescent,
  };
}

/** Lines on inner edges only; the active tab opens into the sheet below it, so it gets none under it. */
function drawLines(
  pen: SKRSContext2D,
  areas: readonly Area[],
  size: { width: number; height: number },
): void {
  pen.fillStyle = palette.line;
  for (const { bounds } of areas) {
    const { x, y, width, height } = bounds;
    if (x > 0) pen.fillRect(x - line / 2, y, line, height);
    if (x === 0 && width < size.width) pen.fillRect(x + width - line / 2, y, line, height);
    if (y + height < size.height) pen.fillRect(x, y + height - line / 2, width, line);
  }
}
