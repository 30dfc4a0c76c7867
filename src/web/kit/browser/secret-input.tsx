import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useKitWords } from './language.tsx';

/** What nobody should read over a shoulder, with an eye to look at it that the keyboard reaches too. */
export function SecretInput(props: PasswordInputProps) {
  const words = useKitWords();
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': words.showSecret, tabIndex: 0 }}
      {...(props.error && { 'aria-invalid': true })}
      {...props}
    />
  );
}
