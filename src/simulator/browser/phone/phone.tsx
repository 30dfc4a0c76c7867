import { type RefObject, useMemo, useState } from 'react';
import type { ChatView, SimulatedSms, SimulatorState } from '#simulator/contract.ts';
import { LineSurroundingsProvider } from '#web/flex/line-surroundings.tsx';
import { useWords } from '../words/words.tsx';
import { ChatFoot } from './chat-foot.tsx';
import { ChatList } from './chat-list.tsx';
import { ForwardDialog } from './forward-dialog.tsx';
import { PageSheet } from './page-sheet.tsx';
import { resolveUrl } from './phone-links.ts';
import { PickerDialog } from './picker-dialog.tsx';
import { newestSmsFor } from './sms-for-rules.ts';
import { SmsNotice } from './sms-notice.tsx';
import { usePhoneTaps } from './use-phone-taps.ts';

export type PhoneProps = {
  state: SimulatorState;
  userId: string;
  chat: ChatView | null;
  failure: string | null;
  sms: SimulatedSms[];
  draft: string;
  setDraft: (text: string) => void;
  onForward: (toUserId: string, text: string) => void;
  onRetry: () => void;
  phonePage: RefObject<HTMLIFrameElement | null>;
};

/** One shopper's phone with the brand's chat open. */
export function Phone(props: PhoneProps) {
  const { state, userId, chat, draft, setDraft } = props;
  const words = useWords();
  const taps = usePhoneTaps(userId, setDraft);
  const [tappedReplies, setTappedReplies] = useState<string | null>(null);
  const surroundings = useMemo(
    () => ({ onAction: taps.onAction, resolveUrl, words: words.flex }),
    [taps.onAction, words],
  );
  const { layer } = taps;
  return (
    <div className="phone">
      <LineSurroundingsProvider value={surroundings}>
        <div className="phone-screen" inert={layer !== null}>
          <header className="chat-head">
            <span className="brand-face" aria-hidden="true">
              {[...state.brandName][0]}
            </span>
            <div>
              <strong>{state.brandName}</strong>
              <span>{state.basicId}</span>
            </div>
            {chat?.shopper.following && (
              <button type="button" onClick={() => taps.act({ act: 'block' })}>
                {words.phone.block}
              </button>
            )}
          </header>
          {chat && (
            <SmsNotice newest={newestSmsFor(chat.lines, props.sms)} now={state.now} onFillIn={taps.fillIn} />
          )}
          {chat ? (
            <>
              <ChatList
                lines={chat.lines}
                isFriend={chat.shopper.following}
                brandName={state.brandName}
                onUnsend={(lineId) => taps.act({ act: 'unsend', lineId })}
              />
              <ChatFoot
                chat={chat}
                brandName={state.brandName}
                draft={draft}
                setDraft={setDraft}
                taps={taps}
                tappedReplies={tappedReplies}
                onRepliesTapped={setTappedReplies}
              />
            </>
          ) : (
            <div className="chat-waiting" role={props.failure ? 'alert' : 'status'}>
              <p>{props.failure ?? words.loading}</p>
              {props.failure && (
                <button type="button" onClick={props.onRetry}>
                  {words.tryAgain}
                </button>
              )}
            </div>
          )}
          <p className="toast" role="status" data-shown={taps.notice !== ''}>
            {taps.notice}
          </p>
        </div>
        {layer?.kind === 'page' && (
          <PageSheet
            url={layer.url}
            frame={props.phonePage}
            onLink={taps.openUri}
            onClose={taps.closeLayer}
          />
        )}
        {layer?.kind === 'picker' && (
          <PickerDialog action={layer.action} onPick={taps.pick} onClose={taps.closeLayer} />
        )}
        {layer?.kind === 'forward' && (
          <ForwardDialog
            text={layer.text}
            others={state.shoppers.filter((shopper) => shopper.userId !== userId)}
            onForward={props.onForward}
            onClose={taps.closeLayer}
          />
        )}
      </LineSurroundingsProvider>
    </div>
  );
}
