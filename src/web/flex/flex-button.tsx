import type { CSSProperties } from 'react';
import { type FlexNode, readNode, readText, readWord } from './flex-node-rules.ts';
import { cssColor } from './flex-size-rules.ts';
import { gravityStyle } from './flex-style-rules.ts';
import { Tappable } from './tappable.tsx';
import { shrunkFont } from './text-width-rules.ts';

/** LINE's own colours where the card names none. */
const defaults = { primary: '#06C755', secondary: '#DCDFE5', link: '#42659A' } as const;

export function FlexButton({ node, place }: { node: FlexNode; place: CSSProperties }) {
  const kind = readWord(node, 'style', ['link', 'primary', 'secondary']);
  const color = cssColor(node.color) ?? defaults[kind];
  const label = readText(readNode(node.action) ?? {}, 'label');
  const look: CSSProperties =
    kind === 'link'
      ? { color }
      : { backgroundColor: color, color: kind === 'primary' ? '#FFFFFF' : '#111111' };
  const shrinks = node.adjustMode === 'shrink-to-fit';
  return (
    <div style={{ ...gravityStyle(node), ...place }}>
      <Tappable
        action={node.action}
        className={`flex-button ${node.height === 'sm' ? 'flex-button-sm' : 'flex-button-md'}`}
        style={look}
      >
        <span
          className="flex-button-label"
          style={shrinks ? { fontSize: shrunkFont(16, label) } : { fontSize: '16px' }}
        >
          {label}
        </span>
      </Tappable>
    </div>
  );
}
