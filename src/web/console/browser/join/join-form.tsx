import type { PasswordInputProps } from '@mantine/core';
import type { StaffRole } from '#features/staff/permission-rules.ts';
import { callApi } from '../../../kit/browser/api-client.ts';
import type { SessionState } from '../../../kit/browser/contract.ts';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { SecretInput } from '../../../kit/browser/secret-input.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { digitsOf } from '../session/code-input.tsx';
import { joinBook } from './join-book.ts';

export type Invitation = { name: string; role: StaffRole; needs: ('password' | 'pin')[]; expiresAt: string };

type Of = { token: string; invitation: Invitation; onJoined: (state: SessionState) => void | Promise<void> };

/** The password, the PIN or both, each typed twice; the language is the one that the page speaks. */
export function JoinForm({ token, invitation, onJoined }: Of) {
  const words = useWords(joinBook);
  const { language } = useLanguage();
  const needsPassword = invitation.needs.includes('password');
  const needsPin = invitation.needs.includes('pin');
  const of = useApiForm({
    start: { password: '', passwordAgain: '', pin: '', pinAgain: '' },
    check: ({ password, passwordAgain, pin, pinAgain }) => ({
      password: needsPassword && [...password].length < 10 && 'too_short',
      passwordAgain: needsPassword && password !== passwordAgain && 'mismatch',
      pin: needsPin && digitsOf(pin).length !== 6 && 'six_digits',
      pinAgain: needsPin && digitsOf(pin) !== digitsOf(pinAgain) && 'mismatch',
    }),
    send: ({ password, pin }) =>
      callApi<{ state: SessionState }>('POST', 'session/invitation/accept', {
        token,
        language,
        ...(needsPassword && { password }),
        ...(needsPin && { pin: digitsOf(pin) }),
      }),
    after: ({ state }) => onJoined(state),
  });
  return (
    <FormFrame of={of} send={words.send}>
      <input
        className="unseen"
        type="text"
        autoComplete="username"
        value={invitation.name}
        readOnly
        tabIndex={-1}
        aria-hidden
      />
      {needsPassword && (
        <>
          <SecretInput
            label={words.password}
            description={words.passwordHint}
            autoComplete="new-password"
            {...of.form.getInputProps('password')}
          />
          <SecretInput
            label={words.passwordAgain}
            autoComplete="new-password"
            {...of.form.getInputProps('passwordAgain')}
          />
        </>
      )}
      {needsPin && (
        <>
          <PinField label={words.pin} description={words.pinHint} {...of.form.getInputProps('pin')} />
          <PinField label={words.pinAgain} {...of.form.getInputProps('pinAgain')} />
        </>
      )}
    </FormFrame>
  );
}

/** Six digits that nobody should read over a shoulder. */
export function PinField(props: PasswordInputProps) {
  return <SecretInput inputMode="numeric" autoComplete="off" maxLength={12} {...props} />;
}
