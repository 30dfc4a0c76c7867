import { Alert, Button, TextInput } from '@mantine/core';
import type { Session } from '../../../kit/browser/contract.ts';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { SecretInput } from '../../../kit/browser/secret-input.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { Door } from './door.tsx';
import { sessionBook } from './session-book.ts';
import { sessionCalls, useRenewSession } from './use-session.ts';

/** Name and password, or LINE where the brand has it. */
export function SignInForm({ session, wasSignedOut }: { session: Session; wasSignedOut: boolean }) {
  const words = useWords(sessionBook);
  const kit = useKitWords();
  const renew = useRenewSession();
  const of = useApiForm({
    start: { name: '', password: '' },
    check: ({ name, password }) => ({
      name: name.trim() === '' && 'required',
      password: password === '' && 'required',
    }),
    send: ({ name, password }) => sessionCalls.signIn({ name: name.trim(), password }),
    after: () => renew('person'),
  });
  const lineNews = new URLSearchParams(window.location.search).get('line');
  return (
    <Door brandName={session.brandName} title={words.signIn.title} text={words.signIn.text}>
      {wasSignedOut && <Notice text={kit.problems.signed_out} />}
      {lineNews === 'failed' && <Notice text={words.signIn.lineFailed} />}
      {lineNews === 'unknown' && <Notice text={words.signIn.lineUnknown} />}
      <FormFrame of={of} send={words.signIn.send}>
        <TextInput
          label={words.signIn.name}
          autoComplete="username"
          autoFocus
          {...of.form.getInputProps('name')}
        />
        <SecretInput
          label={words.signIn.password}
          autoComplete="current-password"
          {...of.form.getInputProps('password')}
        />
      </FormFrame>
      {session.hasLineLogin && (
        <>
          <p className="or">
            <span>{words.signIn.or}</span>
          </p>
          <Button component="a" href={lineLoginAddress()} variant="default" fullWidth>
            {words.signIn.byLine}
          </Button>
        </>
      )}
    </Door>
  );
}

function Notice({ text }: { text: string }) {
  return (
    <Alert color="brand" mb="md" p="sm" role="status">
      {text}
    </Alert>
  );
}

/** Comes back to where the person wanted to go, without the news of an earlier try. */
function lineLoginAddress(): string {
  const way = new URL(window.location.href);
  way.searchParams.delete('line');
  return `/console/line-login?return=${encodeURIComponent(way.pathname + way.search)}`;
}
