import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { PageWords } from './page-words.ts';
import { wordsEn } from './words.en.ts';
import { wordsJa } from './words.ja.ts';
import { wordsZhTw } from './words.zh-TW.ts';

export const pageLanguages: Readonly<Record<PageLanguage, PageWords>> = {
  'zh-TW': wordsZhTw,
  en: wordsEn,
  ja: wordsJa,
};

export type PageLanguage = 'zh-TW' | 'en' | 'ja';

type Speech = { language: PageLanguage; words: PageWords; speak: (language: PageLanguage) => void };

const SpeechContext = createContext<Speech | null>(null);

const remembered = 'shuke-simulator-language';

function readLanguage(): PageLanguage {
  const stored = localStorage.getItem(remembered);
  return stored === 'en' || stored === 'ja' ? stored : 'zh-TW';
}

export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, speak] = useState(readLanguage);
  const words = pageLanguages[language];
  useEffect(() => {
    localStorage.setItem(remembered, language);
    document.documentElement.lang = language === 'zh-TW' ? 'zh-Hant-TW' : language;
    document.title = words.title;
  }, [language, words]);
  return <SpeechContext value={{ language, words, speak }}>{children}</SpeechContext>;
}

function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('The page needs a WordsProvider around it');
  return speech;
}

export function useWords(): PageWords {
  return useSpeech().words;
}

export function usePageLanguage(): PageLanguage {
  return useSpeech().language;
}

export function LanguageSwitch() {
  const { language, words, speak } = useSpeech();
  return (
    <fieldset className="languages" aria-label={words.pageLanguage}>
      {(Object.keys(pageLanguages) as PageLanguage[]).map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          onClick={() => speak(each)}
        >
          {pageLanguages[each].language}
        </button>
      ))}
    </fieldset>
  );
}
