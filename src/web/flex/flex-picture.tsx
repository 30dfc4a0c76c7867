import type { CSSProperties } from 'react';
import { type FlexNode, lookUp } from './flex-node-rules.ts';
import { cssColor, cssImageSize, cssRatio, fontPixels } from './flex-size-rules.ts';
import { gravityStyle } from './flex-style-rules.ts';
import { useLineSurroundings } from './line-surroundings.tsx';
import { safePicture } from './safe-link-rules.ts';
import { Tappable } from './tappable.tsx';

const sides = { start: 'flex-start', center: 'center', end: 'flex-end' };

/** The picture itself. Flex gives images no alternative text: a card must read well without them. */
function Picture({ url, style }: { url: unknown; style: CSSProperties }) {
  const { resolveUrl } = useLineSurroundings();
  const safe = safePicture(url);
  if (!safe) return <div className="flex-no-picture" style={style} />;
  return <img src={resolveUrl(safe)} alt="" style={style} />;
}

export function FlexImage({ node, place }: { node: FlexNode; place: CSSProperties }) {
  const align = lookUp(sides, node.align) ?? 'center';
  return (
    <Tappable action={node.action} style={{ ...gravityStyle(node), ...place, alignItems: align }}>
      <Picture
        url={node.url}
        style={{
          width: cssImageSize(node.size),
          maxWidth: '100%',
          aspectRatio: cssRatio(node.aspectRatio),
          objectFit: node.aspectMode === 'cover' ? 'cover' : 'contain',
          backgroundColor: cssColor(node.backgroundColor),
          display: 'block',
        }}
      />
    </Tappable>
  );
}

/** An icon stands on the text's baseline and is as high as text of its size. */
export function FlexIcon({ node, place }: { node: FlexNode; place: CSSProperties }) {
  const height = `${fontPixels(node.size)}px`;
  return (
    <div style={place}>
      <Picture url={node.url} style={{ height, aspectRatio: cssRatio(node.aspectRatio), display: 'block' }} />
    </div>
  );
}
