import { useState } from 'react';
import { callApi } from '../../../kit/browser/api-client.ts';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { SecretInput } from '../../../kit/browser/secret-input.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { PinField } from '../join/join-form.tsx';
import { digitsOf } from '../session/code-input.tsx';
import { EnrolmentCode, type EnrolmentSecret } from '../session/enrolment-form.tsx';
import { sessionCalls } from '../session/use-session.ts';
import { accountBook } from './account-book.ts';

type Of = { onDone: () => void | Promise<void>; onCancel: () => void };

/** Another password, with the present one as proof. */
export function PasswordForm({ onDone, onCancel }: Of) {
  const words = useWords(accountBook);
  const kit = useKitWords();
  const of = useApiForm({
    start: { current: '', next: '', again: '' },
    check: ({ current, next, again }) => ({
      current: current === '' && 'required',
      next: [...next].length < 10 && 'too_short',
      again: next !== again && 'mismatch',
    }),
    send: ({ current, next }) => callApi('PUT', 'session/password', { current, next }),
    after: onDone,
  });
  return (
    <FormFrame of={of} send={kit.buttons.save} onCancel={onCancel}>
      <SecretInput
        label={words.password.current}
        autoComplete="current-password"
        data-autofocus
        {...of.form.getInputProps('current')}
      />
      <SecretInput
        label={words.password.next}
        description={words.password.hint}
        autoComplete="new-password"
        {...of.form.getInputProps('next')}
      />
      <SecretInput
        label={words.password.again}
        autoComplete="new-password"
        {...of.form.getInputProps('again')}
      />
    </FormFrame>
  );
}

/** Another PIN for shared devices, with the password as proof. */
export function PinForm({ onDone, onCancel }: Of) {
  const words = useWords(accountBook);
  const kit = useKitWords();
  const of = useApiForm({
    start: { password: '', pin: '', again: '' },
    check: ({ password, pin, again }) => ({
      password: password === '' && 'required',
      pin: digitsOf(pin).length !== 6 && 'six_digits',
      again: digitsOf(pin) !== digitsOf(again) && 'mismatch',
    }),
    send: ({ password, pin }) => callApi('PUT', 'session/pin', { password, pin: digitsOf(pin) }),
    after: onDone,
  });
  return (
    <FormFrame of={of} send={kit.buttons.save} onCancel={onCancel}>
      <SecretInput
        label={words.password.current}
        autoComplete="current-password"
        data-autofocus
        {...of.form.getInputProps('password')}
      />
      <PinField label={words.pin.next} description={words.pin.hint} {...of.form.getInputProps('pin')} />
      <PinField label={words.pin.again} {...of.form.getInputProps('again')} />
    </FormFrame>
  );
}

/** Another authenticator: the password as proof, then the secret and a code of it. */
export function FactorForm({ onDone, onCancel }: Of) {
  const words = useWords(accountBook);
  const [secret, setSecret] = useState<EnrolmentSecret | null>(null);
  const of = useApiForm({
    start: { password: '' },
    check: ({ password }) => ({ password: password === '' && 'required' }),
    send: ({ password }) => sessionCalls.enrol(password),
    after: setSecret,
  });
  if (secret) return <EnrolmentCode secret={secret} onDone={onDone} onCancel={onCancel} />;
  return (
    <FormFrame of={of} send={words.factor.next} onCancel={onCancel}>
      <SecretInput
        label={words.password.current}
        autoComplete="current-password"
        data-autofocus
        {...of.form.getInputProps('password')}
      />
    </FormFrame>
  );
}
