import { useLayoutEffect, useRef } from 'react';
import type { ChatLine } from '#simulator/contract.ts';
import { LineMessage } from '#web/flex/line-message.tsx';
import { LinkedText } from '#web/flex/linked-text.tsx';
import { businessDate, businessMinute, dayInWords } from '../business-time.ts';
import { usePageLanguage, useWords } from '../words/words.tsx';

type ChatListProps = {
  lines: ChatLine[];
  isFriend: boolean;
  brandName: string;
  onUnsend: (lineId: string) => void;
};

/** The chat, oldest first, always scrolled to what came last. */
export function ChatList({ lines, isFriend, brandName, onUnsend }: ChatListProps) {
  const words = useWords();
  const list = useRef<HTMLDivElement>(null);
  const last = lines.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what scrolls
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const toEnd = () => {
      element.scrollTop = element.scrollHeight;
    };
    toEnd();
    // The menu opens and pictures arrive after the line does: the end stays in sight meanwhile.
    const watcher = new ResizeObserver(toEnd);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [last]);
  return (
    <div
      ref={list}
      className="chat"
      role="log"
      aria-label={words.phone.chat}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the chat scrolls, so the keyboard must reach it
      tabIndex={0}
    >
      {lines.length === 0 && isFriend && <p className="chat-system">{words.phone.empty}</p>}
      {lines.map((line, index) => (
        <Line key={line.id} line={line} before={lines[index - 1]} brandName={brandName} onUnsend={onUnsend} />
      ))}
    </div>
  );
}

type LineProps = {
  line: ChatLine;
  before: ChatLine | undefined;
  brandName: string;
  onUnsend: (lineId: string) => void;
};

function Line({ line, before, brandName, onUnsend }: LineProps) {
  const language = usePageLanguage();
  const isNewDay = !before || businessDate(before.at) !== businessDate(line.at);
  return (
    <>
      {isNewDay && <p className="chat-day">{dayInWords(line.at, language)}</p>}
      {line.from === 'system' ? (
        <p className="chat-system">{line.text}</p>
      ) : line.from === 'shopper' ? (
        <ShopperLine line={line} onUnsend={onUnsend} />
      ) : (
        <AccountLine line={line} isFirst={isNewDay || before?.from !== 'account'} brandName={brandName} />
      )}
    </>
  );
}

type AccountLineProps = {
  line: Extract<ChatLine, { from: 'account' }>;
  isFirst: boolean;
  brandName: string;
};

function AccountLine({ line, isFirst, brandName }: AccountLineProps) {
  const words = useWords();
  return (
    <div className="line-row line-account" data-first={isFirst}>
      <span className="brand-face" aria-hidden="true">
        {isFirst ? [...brandName][0] : ''}
      </span>
      <div className="line-body">
        <LineMessage message={line.message} />
        <span className={`line-meta line-via-${line.via}`}>
          {businessMinute(line.at)} · {words.phone.via[line.via]}
        </span>
      </div>
    </div>
  );
}

type ShopperLineProps = {
  line: Extract<ChatLine, { from: 'shopper' }>;
  onUnsend: (lineId: string) => void;
};

function ShopperLine({ line, onUnsend }: ShopperLineProps) {
  const words = useWords();
  if (line.unsent) return <p className="chat-system">{words.phone.unsent}</p>;
  return (
    <div className="line-row line-shopper">
      <span className="line-meta">
        <button type="button" className="unsend" onClick={() => onUnsend(line.id)}>
          {words.phone.unsend}
        </button>
        {businessMinute(line.at)}
      </span>
      <div className="line-text">
        <LinkedText text={line.text} />
      </div>
    </div>
  );
}
