import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ShopperAct } from '#simulator/contract.ts';
import type { LineAction } from '#web/flex/line-action-rules.ts';
import { simulatorApi } from '../simulator-api.ts';
import { useWords } from '../words/words.tsx';
import { readLink } from './phone-links.ts';

export type PickerAction = Extract<LineAction, { type: 'datetimepicker' }>;

/** What lies over the chat. */
type Layer =
  | { kind: 'page'; url: string }
  | { kind: 'picker'; action: PickerAction }
  | { kind: 'forward'; text: string };

/** Rich menu and keyboard, as `inputOption` of a postback asks for them. */
export type InputWish = { option: string; count: number };

export type PhoneTaps = {
  layer: Layer | null;
  notice: string;
  inputWish: InputWish;
  act: (act: ShopperAct) => Promise<boolean>;
  onAction: (action: LineAction) => void;
  openUri: (uri: string) => void;
  fillIn: (text: string) => void;
  pick: (action: PickerAction, picked: string) => void;
  closeLayer: () => void;
};

/** Carries out what a shopper taps: sends it to the simulator, or does what the phone itself would do. */
export function usePhoneTaps(userId: string, setDraft: (text: string) => void): PhoneTaps {
  const words = useWords();
  const [layer, setLayer] = useState<Layer | null>(null);
  const [notice, setNotice] = useState('');
  const [inputWish, setInputWish] = useState<InputWish>({ option: '', count: 0 });

  useEffect(() => {
    if (notice === '') return;
    const timer = setTimeout(() => setNotice(''), 4_000);
    return () => clearTimeout(timer);
  }, [notice]);

  const act = useCallback(
    async (what: ShopperAct) => {
      try {
        await simulatorApi.act(userId, what);
        return true;
      } catch (error) {
        setNotice(error instanceof Error ? error.message : String(error));
        return false;
      }
    },
    [userId],
  );

  const openUri = useCallback(
    (uri: string) => {
      const link = readLink(uri);
      setLayer(null);
      if (link.kind === 'page') setLayer({ kind: 'page', url: link.url });
      else if (link.kind === 'forward') setLayer({ kind: 'forward', text: link.text });
      else if (link.kind === 'draft') setDraft(link.text);
      else if (link.kind === 'this-chat') setNotice(words.phone.inThisChat);
      else if (link.kind === 'call') setNotice(words.phone.call(link.number));
      else window.open(link.url, '_blank', 'noopener,noreferrer');
    },
    [setDraft, words],
  );

  const onAction = useCallback(
    (action: LineAction) => {
      switch (action.type) {
        case 'postback': {
          const { data, displayText, inputOption, fillInText } = action;
          void act({ act: 'postback', data, ...(displayText ? { displayText } : {}) });
          if (inputOption) setInputWish((was) => ({ option: inputOption, count: was.count + 1 }));
          if (fillInText) setDraft(fillInText);
          return;
        }
        case 'message':
          void act({ act: 'text', text: action.text });
          return;
        case 'uri':
          return openUri(action.uri);
        case 'datetimepicker':
          return setLayer({ kind: 'picker', action });
        case 'richmenuswitch':
          void act({ act: 'switch-menu', aliasId: action.richMenuAliasId, data: action.data });
          return;
        case 'clipboard':
          navigator.clipboard.writeText(action.clipboardText).then(
            () => setNotice(words.phone.copied),
            () => setNotice(words.phone.notCopied),
          );
          return;
        default:
          return setNotice(words.phone.notHere);
      }
    },
    [act, openUri, setDraft, words],
  );

  const pick = useCallback(
    (action: PickerAction, picked: string) => {
      setLayer(null);
      void act({ act: 'postback', data: action.data, params: { [action.mode]: picked } });
    },
    [act],
  );
  const fillIn = useCallback(
    (text: string) => {
      setDraft(text);
      setInputWish((was) => ({ option: 'openKeyboard', count: was.count + 1 }));
    },
    [setDraft],
  );
  const closeLayer = useCallback(() => setLayer(null), []);
  return useMemo(
    () => ({ layer, notice, inputWish, act, onAction, openUri, fillIn, pick, closeLayer }),
    [layer, notice, inputWish, act, onAction, openUri, fillIn, pick, closeLayer],
  );
}
