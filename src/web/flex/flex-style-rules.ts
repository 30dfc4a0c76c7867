import type { CSSProperties } from 'react';
import { type FlexNode, lookUp, readNode, readNumber } from './flex-node-rules.ts';
import { cssBorderWidth, cssColor, cssGradient, cssLength, cssSpace } from './flex-size-rules.ts';

export type BoxLayout = 'vertical' | 'horizontal' | 'baseline';

const lines: Readonly<Record<string, string>> = {
  'flex-start': 'flex-start',
  center: 'center',
  'flex-end': 'flex-end',
  'space-between': 'space-between',
  'space-around': 'space-around',
  'space-evenly': 'space-evenly',
};

export function readLayout(node: FlexNode): BoxLayout {
  return node.layout === 'horizontal' || node.layout === 'baseline' ? node.layout : 'vertical';
}

/** How a box looks and lays out its contents; `padding` is what the block has when it names none. */
export function boxStyle(node: FlexNode, padding = '0px'): CSSProperties {
  const layout = readLayout(node);
  const all = cssSpace(node.paddingAll) ?? padding;
  const corner = cssSpace(node.cornerRadius);
  const border = cssBorderWidth(node.borderWidth);
  const background = readNode(node.background);
  return {
    display: 'flex',
    flexDirection: layout === 'vertical' ? 'column' : 'row',
    justifyContent: lookUp(lines, node.justifyContent),
    alignItems: layout === 'baseline' ? 'baseline' : lookUp(lines, node.alignItems),
    backgroundColor: cssColor(node.backgroundColor),
    backgroundImage: background ? cssGradient(background) : undefined,
    borderStyle: border ? 'solid' : undefined,
    borderWidth: border,
    borderColor: cssColor(node.borderColor) ?? (border ? 'transparent' : undefined),
    borderRadius: corner,
    overflow: corner ? 'hidden' : undefined,
    height: cssLength(node.height),
    maxHeight: cssLength(node.maxHeight),
    paddingTop: cssSpace(node.paddingTop) ?? all,
    paddingBottom: cssSpace(node.paddingBottom) ?? all,
    paddingInlineStart: cssSpace(node.paddingStart) ?? all,
    paddingInlineEnd: cssSpace(node.paddingEnd) ?? all,
  };
}

/** Where a component stands in its box: its share of the room, its distance to the one before, its offsets. */
export function placeStyle(node: FlexNode, parent: FlexNode, isFirst: boolean): CSSProperties {
  const layout = readLayout(parent);
  const isRow = layout !== 'vertical';
  const absolute = node.position === 'absolute';
  const gap = isFirst || absolute ? undefined : (cssSpace(node.margin) ?? cssSpace(parent.spacing));
  const width = cssLength(node.width);
  return {
    position: absolute ? 'absolute' : 'relative',
    top: cssSpace(node.offsetTop),
    bottom: cssSpace(node.offsetBottom),
    insetInlineStart: cssSpace(node.offsetStart),
    insetInlineEnd: cssSpace(node.offsetEnd),
    [isRow ? 'marginInlineStart' : 'marginTop']: gap,
    flex: absolute ? undefined : share(node, isRow, width),
    width: node.type === 'box' ? width : undefined,
    maxWidth: cssLength(node.maxWidth),
    minWidth: isRow ? 0 : undefined,
  };
}

/** LINE: in a row everything takes an equal share unless told, in a column its own height; icons never grow. */
function share(node: FlexNode, isRow: boolean, width: string | undefined): string {
  if (node.type === 'icon' || node.type === 'separator') return '0 0 auto';
  if (isRow && width) return '0 0 auto';
  const factor = readNumber(node, 'flex') ?? (isRow || node.type === 'filler' ? 1 : 0);
  if (factor === 0) return isRow ? '0 1 auto' : '0 0 auto';
  return isRow ? `${factor} 1 0px` : `${factor} 0 auto`;
}

/** Gravity: where content stands across a row that is higher than it. */
export function gravityStyle(node: FlexNode): CSSProperties {
  const places = { top: 'flex-start', center: 'center', bottom: 'flex-end' };
  const place = lookUp(places, node.gravity) ?? 'flex-start';
  return { display: 'flex', flexDirection: 'column', justifyContent: place };
}
