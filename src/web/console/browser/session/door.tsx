import { Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import type { Language } from '../../../kit/browser/contract.ts';
import { LanguageSwitch } from '../../../kit/browser/language.tsx';

type Of = {
  brandName?: string | undefined;
  title?: string;
  text?: string;
  onLanguage?: (language: Language) => void;
  children: ReactNode;
};

/** What stands before the console: one card in the middle, the languages below it. */
export function Door({ brandName, title, text, onLanguage, children }: Of) {
  useEffect(() => {
    if (title) document.title = brandName ? `${title} · ${brandName}` : title;
  }, [title, brandName]);
  return (
    <div className="door">
      <main className="door-card panel">
        {brandName && <p className="door-brand">{brandName}</p>}
        {title && (
          <Title order={1} size="h3">
            {title}
          </Title>
        )}
        {text && (
          <Text c="dimmed" mt={8}>
            {text}
          </Text>
        )}
        <div className="door-content">{children}</div>
      </main>
      <footer>
        <LanguageSwitch {...(onLanguage && { onChoose: onLanguage })} />
      </footer>
    </div>
  );
}
