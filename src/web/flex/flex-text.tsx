import type { CSSProperties } from 'react';
import { type FlexNode, readNodes, readNumber, readText, readWord } from './flex-node-rules.ts';
import { cssColor, cssLength, fontPixels } from './flex-size-rules.ts';
import { gravityStyle } from './flex-style-rules.ts';
import { Tappable } from './tappable.tsx';
import { shrunkFont } from './text-width-rules.ts';

function lettering(node: FlexNode): CSSProperties {
  return {
    color: cssColor(node.color),
    fontWeight: node.weight === 'bold' ? 700 : node.weight === 'regular' ? 400 : undefined,
    fontStyle: node.style === 'italic' ? 'italic' : undefined,
    textDecoration: readWord(node, 'decoration', ['none', 'underline', 'line-through']),
  };
}

function Span({ node }: { node: FlexNode }) {
  const size = node.size === undefined ? undefined : `${fontPixels(node.size)}px`;
  return <span style={{ ...lettering(node), fontSize: size }}>{readText(node, 'text')}</span>;
}

/** A text component: plain or of spans, one line with an ellipsis unless `wrap` is set. */
export function FlexText({ node, place }: { node: FlexNode; place: CSSProperties }) {
  const spans = readNodes(node, 'contents');
  const wrap = node.wrap === true;
  const maxLines = readNumber(node, 'maxLines') ?? 0;
  const pixels = fontPixels(node.size);
  const extra = cssLength(node.lineSpacing);
  const shrinks = node.adjustMode === 'shrink-to-fit' && !wrap && node.flex !== 0;
  const clamped = wrap && maxLines > 0;
  const style: CSSProperties = {
    ...lettering(node),
    textAlign: readWord<'start' | 'center' | 'end'>(node, 'align', ['start', 'center', 'end']),
    fontSize: shrinks ? shrunkFont(pixels, readText(node, 'text')) : `${pixels}px`,
    lineHeight: extra ? `calc(1.4em + ${extra})` : 1.4,
    ...(clamped ? { WebkitLineClamp: maxLines, display: '-webkit-box' } : {}),
  };
  return (
    <Tappable
      action={node.action}
      className={shrinks ? 'flex-text flex-fits' : 'flex-text'}
      style={{ ...gravityStyle(node), ...place }}
    >
      <div className={wrap ? 'flex-text-lines' : 'flex-text-line'} style={style}>
        {spans.length > 0
          ? // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity and never move
            spans.map((span, index) => <Span key={index} node={span} />)
          : readText(node, 'text')}
      </div>
    </Tappable>
  );
}
