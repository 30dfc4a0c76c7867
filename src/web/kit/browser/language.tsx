import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { type Language, languages } from './contract.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type KitWords, zhTW } from './words.zh-TW.ts';

/** The words of one place, in every language. */
export type Book<W> = Readonly<Record<Language, W>>;

export const kitBook: Book<KitWords> = { 'zh-TW': zhTW, en, ja };

type Speech = { language: Language; speak: (language: Language) => void };
const SpeechContext = createContext<Speech | null>(null);

const remembered = 'shuke-language';

function readLanguage(): Language {
  const stored = localStorage.getItem(remembered);
  return languages.find((each) => each === stored) ?? 'zh-TW';
}

/**
 * Everything inside speaks one language; what was spoken last on this browser comes first.
 * @param start of a person who is here for a while: begins in their language and leaves the browser's as it is
 */
export function LanguageProvider({ start, children }: { start?: Language; children: ReactNode }) {
  const [language, setLanguage] = useState(start ?? readLanguage);
  const isRemembered = start === undefined;
  const speak = useCallback(
    (next: Language) => {
      if (isRemembered) localStorage.setItem(remembered, next);
      setLanguage(next);
    },
    [isRemembered],
  );
  useEffect(() => {
    const root = document.documentElement;
    const before = root.lang;
    root.lang = tagOf(language);
    return () => {
      root.lang = before;
    };
  }, [language]);
  const speech = useMemo(() => ({ language, speak }), [language, speak]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** For the `lang` attribute: browsers choose the shapes of Han characters by it. */
const tagOf = (language: Language): string => (language === 'zh-TW' ? 'zh-Hant-TW' : language);

export function useLanguage(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('The page needs a LanguageProvider around it');
  return speech;
}

/** The words of a book in the language of the page. */
export function useWords<W>(book: Book<W>): W {
  return book[useLanguage().language];
}

export const useKitWords = (): KitWords => useWords(kitBook);

/** Every language in its own name. @param onChoose also remembers it elsewhere, on the account say */
export function LanguageSwitch({ onChoose }: { onChoose?: (language: Language) => void }) {
  const { language, speak } = useLanguage();
  const words = useKitWords();
  const choose = (next: Language) => {
    speak(next);
    onChoose?.(next);
  };
  return (
    <fieldset className="language-switch">
      <legend className="unseen">{words.chooseLanguage}</legend>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={tagOf(each)}
          aria-pressed={each === language}
          onClick={() => choose(each)}
        >
          {kitBook[each].language}
        </button>
      ))}
    </fieldset>
  );
}
