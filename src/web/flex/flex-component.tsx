import type { CSSProperties } from 'react';
import { FlexButton } from './flex-button.tsx';
import { type FlexNode, readNode, readNodes } from './flex-node-rules.ts';
import { FlexIcon, FlexImage } from './flex-picture.tsx';
import { cssColor, cssSpace } from './flex-size-rules.ts';
import { boxStyle, placeStyle, readLayout } from './flex-style-rules.ts';
import { FlexText } from './flex-text.tsx';
import { UnknownNote } from './line-surroundings.tsx';
import { Tappable } from './tappable.tsx';

/** LINE names no limit of nesting; beyond this a hostile card would only exhaust the browser. */
const deepest = 60;

type ComponentProps = { node: FlexNode; place: CSSProperties; parent: FlexNode; depth: number };

function FlexComponent({ node, place, parent, depth }: ComponentProps) {
  if (depth > deepest) return <UnknownNote type="…" />;
  switch (node.type) {
    case 'box':
      return <FlexBox node={node} place={place} depth={depth} />;
    case 'text':
      return <FlexText node={node} place={place} />;
    case 'image':
      return <FlexImage node={node} place={place} />;
    case 'icon':
      return <FlexIcon node={node} place={place} />;
    case 'button':
      return <FlexButton node={node} place={place} />;
    case 'separator':
      return <FlexSeparator node={node} place={place} parent={parent} />;
    case 'filler':
      return <div style={place} />;
    case 'spacer': {
      const size = cssSpace(node.size) ?? '8px';
      return <div style={{ ...place, flex: '0 0 auto', width: size, height: size }} />;
    }
    default:
      return <UnknownNote type={node.type} />;
  }
}

function FlexSeparator({ node, place, parent }: Omit<ComponentProps, 'depth'>) {
  const line = readLayout(parent) === 'vertical' ? { height: '1px' } : { width: '1px', alignSelf: 'stretch' };
  return <div style={{ ...place, ...line, backgroundColor: cssColor(node.color) ?? '#D4D6DA' }} />;
}

type BoxProps = {
  node: FlexNode;
  place: CSSProperties;
  depth?: number;
  padding?: string;
  className?: string;
};

/** A box and all that it holds. `padding` is the block's own where the box names none. */
export function FlexBox({ node, place, depth = 0, padding, className }: BoxProps) {
  return (
    <Tappable
      action={node.action}
      container
      className={className}
      style={{ ...boxStyle(node, padding), ...place }}
    >
      {readNodes(node, 'contents').map((child, index) => (
        <FlexComponent
          // biome-ignore lint/suspicious/noArrayIndexKey: components have no identity and never move
          key={index}
          node={child}
          parent={node}
          place={placeStyle(child, node, index === 0)}
          depth={depth + 1}
        />
      ))}
    </Tappable>
  );
}

/** A hero: a box, a picture across the whole width, or the still content of a video. */
export function FlexHero({ node }: { node: FlexNode }) {
  if (node.type === 'box') return <FlexBox node={node} place={{}} />;
  if (node.type === 'video') {
    const still = readNode(node.altContent);
    return still ? <FlexHero node={still} /> : <UnknownNote type="video" />;
  }
  if (node.type === 'image') return <FlexImage node={node} place={{}} />;
  return <UnknownNote type={node.type} />;
}
