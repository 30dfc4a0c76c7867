import { type FlexNode, readNode, readNodes, readText } from './flex-node-rules.ts';
import { cssColor } from './flex-size-rules.ts';
import { UnknownNote, useLineSurroundings } from './line-surroundings.tsx';
import { safePicture } from './safe-link-rules.ts';
import { Tappable } from './tappable.tsx';

type CardProps = { card: FlexNode; frame: FlexNode; isConfirm?: boolean };

function TemplateCard({ card, frame, isConfirm = false }: CardProps) {
  const { resolveUrl } = useLineSurroundings();
  const picture = safePicture(card.thumbnailImageUrl);
  const title = readText(card, 'title');
  return (
    <div className="template-card">
      <Tappable action={card.defaultAction} container className="template-top">
        {picture && (
          <img
            src={resolveUrl(picture)}
            alt=""
            style={{
              aspectRatio: frame.imageAspectRatio === 'square' ? '1 / 1' : '1.51 / 1',
              objectFit: frame.imageSize === 'contain' ? 'contain' : 'cover',
              backgroundColor: cssColor(card.imageBackgroundColor) ?? '#FFFFFF',
            }}
          />
        )}
        {title && <div className="template-title">{title}</div>}
        <div className="template-text">{readText(card, 'text')}</div>
      </Tappable>
      <div className={isConfirm ? 'template-actions template-pair' : 'template-actions'}>
        {readNodes(card, 'actions').map((action, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: actions have no identity and never move
          <Tappable key={index} action={action} className="template-action">
            {readText(action, 'label')}
          </Tappable>
        ))}
      </div>
    </div>
  );
}

/** Buttons, confirm and carousel templates. */
export function TemplateMessage({ template }: { template: unknown }) {
  const node = readNode(template) ?? {};
  switch (node.type) {
    case 'buttons':
      return <TemplateCard card={node} frame={node} />;
    case 'confirm':
      return <TemplateCard card={node} frame={node} isConfirm />;
    case 'carousel':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a strip that scrolls sideways must be reachable by keyboard
        <div className="flex-carousel" tabIndex={0}>
          {readNodes(node, 'columns').map((column, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity and never move
            <TemplateCard key={index} card={column} frame={node} />
          ))}
        </div>
      );
    default:
      return <UnknownNote type={node.type} />;
  }
}
