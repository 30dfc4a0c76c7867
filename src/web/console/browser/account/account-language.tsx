import { callApi } from '../../../kit/browser/api-client.ts';
import type { Language } from '../../../kit/browser/contract.ts';
import { LanguageSwitch } from '../../../kit/browser/language.tsx';
import { useAction } from '../../../kit/browser/use-action.ts';

/** The language of the page, remembered on the account. */
export function AccountLanguage() {
  const remember = useAction({
    act: (language: Language) => callApi('PUT', 'session/language', { language }),
    renews: ['session'],
  });
  return <LanguageSwitch onChoose={remember.run} />;
}
