import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { CodeInput, digitsOf } from './code-input.tsx';
import { Door } from './door.tsx';
import { sessionBook } from './session-book.ts';
import { SomebodyElse } from './somebody-else.tsx';
import { sessionCalls, useRenewSession } from './use-session.ts';

/** The second step of signing in: what the authenticator app shows. */
export function SecondFactorForm({ brandName }: { brandName: string }) {
  const words = useWords(sessionBook);
  const renew = useRenewSession();
  const of = useApiForm({
    start: { code: '' },
    check: ({ code }) => ({ code: digitsOf(code).length !== 6 && 'six_digits' }),
    send: ({ code }) => sessionCalls.secondFactor({ code: digitsOf(code) }),
    after: () => renew('person'),
  });
  return (
    <Door brandName={brandName} title={words.secondFactor.title} text={words.secondFactor.text}>
      <FormFrame of={of} send={words.secondFactor.send}>
        <CodeInput label={words.secondFactor.code} autoFocus {...of.form.getInputProps('code')} />
      </FormFrame>
      <SomebodyElse />
    </Door>
  );
}
