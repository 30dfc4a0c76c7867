import { readNode, readText } from './flex-node-rules.ts';
import { safeLink } from './safe-link-rules.ts';

export type PickerMode = 'date' | 'time' | 'datetime';

/** What a tap asks the phone to do. `label` is '' where the action has none. */
export type LineAction = { label: string } & (
  | { type: 'postback'; data: string; displayText: string; inputOption: string; fillInText: string }
  | { type: 'message'; text: string }
  | { type: 'uri'; uri: string }
  | { type: 'datetimepicker'; data: string; mode: PickerMode; initial: string; min: string; max: string }
  | { type: 'richmenuswitch'; richMenuAliasId: string; data: string }
  | { type: 'clipboard'; clipboardText: string }
  | { type: 'camera' | 'cameraRoll' | 'location' }
);

function readMode(value: string): PickerMode {
  return value === 'time' || value === 'datetime' ? value : 'date';
}

/** The action of a component, or null when there is none that a tap may carry out (unknown, unsafe link). */
export function readAction(value: unknown): LineAction | null {
  const node = readNode(value);
  if (!node) return null;
  const text = (key: string) => readText(node, key);
  const label = text('label');
  switch (node.type) {
    case 'postback':
      return {
        type: 'postback',
        label,
        data: text('data'),
        displayText: text('displayText') || text('text'),
        inputOption: text('inputOption'),
        fillInText: text('fillInText'),
      };
    case 'message':
      return { type: 'message', label, text: text('text') || label };
    case 'uri': {
      const uri = safeLink(node.uri);
      return uri ? { type: 'uri', label, uri } : null;
    }
    case 'datetimepicker':
      return {
        type: 'datetimepicker',
        label,
        data: text('data'),
        mode: readMode(text('mode')),
        initial: text('initial'),
        min: text('min'),
        max: text('max'),
      };
    case 'richmenuswitch':
      return { type: 'richmenuswitch', label, richMenuAliasId: text('richMenuAliasId'), data: text('data') };
    case 'clipboard':
      return { type: 'clipboard', label, clipboardText: text('clipboardText') };
    case 'camera':
    case 'cameraRoll':
    case 'location':
      return { type: node.type, label };
    default:
      return null;
  }
}
