import { FlexContainer } from './flex-bubble.tsx';
import { type FlexNode, readNode, readText } from './flex-node-rules.ts';
import { UnknownNote, useLineSurroundings } from './line-surroundings.tsx';
import { LinkedText } from './linked-text.tsx';
import { safePicture } from './safe-link-rules.ts';
import { TemplateMessage } from './template-message.tsx';

function PictureMessage({ message }: { message: FlexNode }) {
  const { resolveUrl, words } = useLineSurroundings();
  const url = safePicture(message.previewImageUrl) ?? safePicture(message.originalContentUrl);
  if (!url) return <div className="line-placeholder">{words.picture}</div>;
  return <img className="line-picture" src={resolveUrl(url)} alt={words.picture} />;
}

/**
 * One LINE message object as a phone shows it, from whatever came over the wire: text is escaped, only safe
 * addresses can be followed, and what is unknown stands as a small note. Needs LineSurroundingsProvider.
 */
export function LineMessage({ message }: { message: unknown }) {
  const { words } = useLineSurroundings();
  const node = readNode(message) ?? {};
  switch (node.type) {
    case 'text':
    case 'textV2':
      return (
        <div className="line-text">
          <LinkedText text={readText(node, 'text')} />
        </div>
      );
    case 'flex':
      return <FlexContainer contents={node.contents} />;
    case 'template':
      return <TemplateMessage template={node.template} />;
    case 'image':
      return <PictureMessage message={node} />;
    case 'sticker':
      return (
        <div className="line-sticker">
          <span aria-hidden="true">☺</span> {words.sticker}
        </div>
      );
    case 'video':
      return <div className="line-placeholder">{words.video}</div>;
    case 'audio':
      return <div className="line-placeholder">{words.audio}</div>;
    case 'location':
      return (
        <div className="line-placeholder">
          {words.place}
          <strong>{readText(node, 'title')}</strong>
          {readText(node, 'address')}
        </div>
      );
    default:
      return <UnknownNote type={node.type} />;
  }
}
