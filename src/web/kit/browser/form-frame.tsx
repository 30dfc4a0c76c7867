import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useKitWords } from './language.tsx';
import type { ApiForm } from './use-api-form.ts';

/** The fields of a form, what is wrong with it as a whole, and its buttons. */
export function FormFrame<V>({
  of,
  children,
  send,
  onCancel,
}: {
  of: ApiForm<V>;
  children: ReactNode;
  /** The words on the button that sends. */
  send: string;
  onCancel?: () => void;
}) {
  const words = useKitWords();
  return (
    <form onSubmit={of.submit} noValidate>
      <Stack gap="md">
        {children}
        <FormProblem text={of.problem} />
        <Group gap="sm" className="form-buttons">
          <Button type="submit" loading={of.isSending} fullWidth={!onCancel}>
            {send}
          </Button>
          {onCancel && (
            <Button variant="subtle" onClick={onCancel}>
              {words.buttons.cancel}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** Read aloud when it appears. */
export function FormProblem({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text && (
        <Alert color="alert" variant="light" p="sm">
          {text}
        </Alert>
      )}
    </div>
  );
}
