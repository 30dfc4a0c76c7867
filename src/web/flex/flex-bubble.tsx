import type { CSSProperties } from 'react';
import { FlexBox, FlexHero } from './flex-component.tsx';
import { type FlexNode, readNode, readNodes } from './flex-node-rules.ts';
import { bubblePixels, cssColor } from './flex-size-rules.ts';
import { UnknownNote } from './line-surroundings.tsx';
import { Tappable } from './tappable.tsx';

const blocks = ['header', 'hero', 'body', 'footer'] as const;

/** LINE's own padding of a block that names none. */
const paddings = { header: '20px', hero: '0px', body: '20px', footer: '10px' } as const;

function Block({ bubble, name }: { bubble: FlexNode; name: (typeof blocks)[number] }) {
  const node = readNode(bubble[name]);
  if (!node) return null;
  const style = readNode(readNode(bubble.styles)?.[name]) ?? {};
  const look: CSSProperties = { backgroundColor: cssColor(style.backgroundColor) };
  if (style.separator === true) look.borderTop = `1px solid ${cssColor(style.separatorColor) ?? '#D4D6DA'}`;
  return (
    <div className={`flex-block flex-${name}`} style={look}>
      {name === 'hero' ? (
        <FlexHero node={node} />
      ) : node.type === 'box' ? (
        <FlexBox node={node} place={{ flex: '1 0 auto' }} padding={paddings[name]} />
      ) : (
        <UnknownNote type={node.type} />
      )}
    </div>
  );
}

/** One Flex bubble at its size, never wider than the chat. */
export function FlexBubble({ bubble }: { bubble: FlexNode }) {
  return (
    <div
      className="flex-bubble"
      dir={bubble.direction === 'rtl' ? 'rtl' : 'ltr'}
      style={{ width: `${bubblePixels(bubble.size)}px` }}
    >
      <Tappable action={bubble.action} container className="flex-bubble-inside">
        {blocks.map((name) => (
          <Block key={name} bubble={bubble} name={name} />
        ))}
      </Tappable>
    </div>
  );
}

/** The contents of a Flex message: a bubble, or a carousel of bubbles that are equally high. */
export function FlexContainer({ contents }: { contents: unknown }) {
  const node = readNode(contents) ?? {};
  if (node.type === 'bubble') return <FlexBubble bubble={node} />;
  if (node.type !== 'carousel') return <UnknownNote type={node.type} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a strip that scrolls sideways must be reachable by keyboard
    <div className="flex-carousel" tabIndex={0}>
      {readNodes(node, 'contents').map((bubble, index) =>
        bubble.type === 'bubble' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: bubbles have no identity and never move
          <FlexBubble key={index} bubble={bubble} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: bubbles have no identity and never move
          <UnknownNote key={index} type={bubble.type} />
        ),
      )}
    </div>
  );
}
