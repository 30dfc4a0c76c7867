import { TextInput, type TextInputProps } from '@mantine/core';

/** What was typed or pasted as a code, digits only: full-width ones and spaces are fine. */
export const digitsOf = (typed: string): string => typed.normalize('NFKC').replace(/\D/g, '');

/** Six digits of an authenticator app. */
export function CodeInput(props: TextInputProps) {
  return (
    <TextInput
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={12}
      classNames={{ input: 'code-input' }}
      {...props}
    />
  );
}
