import type { ChatLine } from '#simulator/contract.ts';
import { readNode, readNodes, readText } from '#web/flex/flex-node-rules.ts';
import { readAction } from '#web/flex/line-action-rules.ts';
import { useLineSurroundings } from '#web/flex/line-surroundings.tsx';
import { safePicture } from '#web/flex/safe-link-rules.ts';
import { useWords } from '../words/words.tsx';

type QuickRepliesProps = { lines: ChatLine[]; tapped: string | null; onTapped: (lineId: string) => void };

/** LINE shows those of the very last message only; they vanish at the next message or after a tap. */
export function QuickReplies({ lines, tapped, onTapped }: QuickRepliesProps) {
  const words = useWords();
  const { onAction, resolveUrl } = useLineSurroundings();
  const last = lines.findLast((line) => line.from !== 'system');
  if (last?.from !== 'account' || last.id === tapped) return null;
  const items = readNodes(readNode(readNode(last.message)?.quickReply) ?? {}, 'items').slice(0, 13);
  if (items.length === 0) return null;
  return (
    <fieldset className="quick-replies" aria-label={words.phone.quickReplies}>
      {items.map((item, index) => {
        const action = readAction(item.action);
        const icon = safePicture(item.imageUrl);
        return (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: the replies of a sent message never move
            key={index}
            type="button"
            disabled={action === null}
            onClick={() => {
              if (!action) return;
              // A picker can be closed again, so LINE leaves its quick reply until data comes.
              if (action.type !== 'datetimepicker') onTapped(last.id);
              onAction(action);
            }}
          >
            {icon && <img src={resolveUrl(icon)} alt="" />}
            {readText(readNode(item.action) ?? {}, 'label')}
          </button>
        );
      })}
    </fieldset>
  );
}
