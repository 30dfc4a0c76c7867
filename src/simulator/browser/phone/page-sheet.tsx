import type { RefObject } from 'react';
import { useWords } from '../words/words.tsx';
import { PhoneLayer } from './phone-layer.tsx';

type PageSheetProps = {
  url: string;
  frame: RefObject<HTMLIFrameElement | null>;
  onLink: (uri: string) => void;
  onClose: () => void;
};

/** A page of the brand inside the phone, as LINE's own browser shows it. */
export function PageSheet({ url, frame, onLink, onClose }: PageSheetProps) {
  const words = useWords();
  const listen = () => {
    // Same origin, so a link back into the chat (line.me/R/…) can be kept on this phone.
    frame.current?.contentDocument?.addEventListener('click', (event) => {
      const target = event.target as Element | null;
      const href = target?.closest?.('a[href]')?.getAttribute('href') ?? '';
      if (!/^(https:\/\/line\.me\/R\/|line:|tel:)/i.test(href)) return;
      event.preventDefault();
      onLink(href);
    });
  };
  return (
    <PhoneLayer title={words.phone.pageInPhone} isWhole onClose={onClose}>
      <iframe ref={frame} className="phone-page" src={url} title={words.phone.pageInPhone} onLoad={listen} />
    </PhoneLayer>
  );
}
