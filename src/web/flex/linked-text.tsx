import { useLineSurroundings } from './line-surroundings.tsx';
import { splitLinks } from './safe-link-rules.ts';

/** A chat text whose http(s) addresses can be tapped, everything else as it was typed. */
export function LinkedText({ text }: { text: string }) {
  const { onAction, resolveUrl } = useLineSurroundings();
  return splitLinks(text).map((part, index) => {
    const { href } = part;
    if (!href) return part.text;
    return (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sent text never move
        key={index}
        href={resolveUrl(href)}
        target="_blank"
        rel="noopener noreferrer"
        onClick={(event) => {
          event.preventDefault();
          onAction({ type: 'uri', label: '', uri: href });
        }}
      >
        {part.text}
      </a>
    );
  });
}
