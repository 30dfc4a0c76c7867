import type { ShownRichMenu } from '#simulator/contract.ts';
import { type LineAction, readAction } from '#web/flex/line-action-rules.ts';
import { resolveUrl } from './phone-links.ts';

type RichMenuProps = { menu: ShownRichMenu; onAction: (action: LineAction) => void };

/** The menu's picture with a button over each area; its label is what LINE reads aloud. */
export function RichMenu({ menu, onAction }: RichMenuProps) {
  const { width, height } = menu.size;
  const across = (part: number) => `${(part / width) * 100}%`;
  const down = (part: number) => `${(part / height) * 100}%`;
  return (
    <div className="rich-menu" style={{ aspectRatio: `${width} / ${height}` }}>
      <img src={resolveUrl(menu.imageUrl)} alt="" />
      {menu.areas.map(({ bounds, action: wire }) => {
        const action = readAction(wire);
        if (!action || !bounds) return null;
        return (
          <button
            key={`${bounds.x},${bounds.y}`}
            type="button"
            aria-label={nameOf(action)}
            style={{
              left: across(bounds.x ?? 0),
              top: down(bounds.y ?? 0),
              width: across(bounds.width ?? 0),
              height: down(bounds.height ?? 0),
            }}
            onClick={() => onAction(action)}
          />
        );
      })}
    </div>
  );
}

/** The label is optional in LINE: without one, what the tap would say or do names the area. */
function nameOf(action: LineAction): string {
  if (action.label) return action.label;
  switch (action.type) {
    case 'postback':
      return action.displayText || action.data;
    case 'message':
      return action.text;
    case 'uri':
      return action.uri;
    case 'richmenuswitch':
      return action.richMenuAliasId;
    default:
      return action.type;
  }
}
