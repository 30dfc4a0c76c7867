import { Button, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useKitWords } from './language.tsx';

/** A text to take along: to copy by a button, or by hand where the browser won't. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const words = useKitWords();
  const clipboard = useClipboard({ timeout: 3_000 });
  return (
    <div className="copy-field">
      <TextInput
        label={label}
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        error={clipboard.error ? words.notCopied : null}
      />
      <Button variant="light" onClick={() => clipboard.copy(value)}>
        <span aria-live="polite">{clipboard.copied ? words.buttons.copied : words.buttons.copy}</span>
      </Button>
    </div>
  );
}
