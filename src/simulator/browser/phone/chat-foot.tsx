import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { ChatView } from '#simulator/contract.ts';
import { useWords } from '../words/words.tsx';
import { QuickReplies } from './quick-replies.tsx';
import { RichMenu } from './rich-menu.tsx';
import type { PhoneTaps } from './use-phone-taps.ts';

type ChatFootProps = {
  chat: ChatView;
  brandName: string;
  draft: string;
  setDraft: (text: string) => void;
  taps: PhoneTaps;
  tappedReplies: string | null;
  onRepliesTapped: (lineId: string) => void;
};

/** Below the chat: quick replies, input, chat bar and rich menu; or the way to become a friend. */
export function ChatFoot({ chat, brandName, taps, ...props }: ChatFootProps) {
  const words = useWords();
  const { shopper, richMenu } = chat;
  const input = useRef<HTMLInputElement>(null);
  const [chosenOpen, setOpen] = useState<boolean | null>(null);
  const isOpen = chosenOpen ?? richMenu?.selected ?? false;
  const { inputWish } = taps;
  useEffect(() => {
    if (inputWish.option === 'openRichMenu') setOpen(true);
    if (inputWish.option === 'closeRichMenu' || inputWish.option === 'openKeyboard') setOpen(false);
    if (inputWish.option === 'openKeyboard') input.current?.focus();
  }, [inputWish]);

  if (!shopper.following) {
    return (
      <div className="not-friend">
        <p>{shopper.hasFollowedBefore ? words.phone.blocked(brandName) : words.phone.notYet(brandName)}</p>
        <button type="button" className="primary" onClick={() => taps.act({ act: 'follow' })}>
          {shopper.hasFollowedBefore ? words.phone.unblock : words.phone.follow}
        </button>
      </div>
    );
  }
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const text = props.draft;
    if (text.trim() === '') return;
    props.setDraft('');
    if (!(await taps.act({ act: 'text', text }))) props.setDraft(text);
  };
  return (
    <div className="chat-foot">
      <QuickReplies lines={chat.lines} tapped={props.tappedReplies} onTapped={props.onRepliesTapped} />
      <form className="chat-input" onSubmit={send}>
        <button
          type="button"
          className="round"
          aria-label={words.phone.sticker}
          title={words.phone.sticker}
          onClick={() => taps.act({ act: 'sticker' })}
        >
          <span aria-hidden="true">☺</span>
        </button>
        <input
          ref={input}
          value={props.draft}
          maxLength={5000}
          aria-label={words.phone.input}
          placeholder={words.phone.input}
          autoComplete="off"
          onChange={(event) => props.setDraft(event.target.value)}
        />
        <button type="submit" disabled={props.draft.trim() === ''}>
          {words.phone.send}
        </button>
      </form>
      {richMenu && (
        <>
          <button
            type="button"
            className="chat-bar"
            aria-expanded={isOpen}
            aria-label={`${richMenu.chatBarText} ${isOpen ? words.phone.closeMenu : words.phone.openMenu}`}
            onClick={() => setOpen(!isOpen)}
          >
            {richMenu.chatBarText} <span aria-hidden="true">{isOpen ? '▾' : '▴'}</span>
          </button>
          {isOpen && <RichMenu menu={richMenu} onAction={taps.onAction} />}
        </>
      )}
    </div>
  );
}
