import { Button, Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyField } from '../../../kit/browser/copy-field.tsx';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { keyCalls, keyScopes, type NewKey } from './keys-api.ts';
import { keysBook } from './keys-book.ts';

/** First what the key is for, then the key itself: it can be seen this one time. */
export function NewKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const words = useWords(keysBook);
  const [made, setMade] = useState<NewKey | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={made ? words.keyTitle(made.apiKey.name) : words.add}
      isShownOnce={made !== null}
    >
      {made ? <ShownKey made={made} onClose={close} /> : <NewKeyForm onMade={setMade} onClose={close} />}
    </Dialog>
  );
}

function NewKeyForm({ onMade, onClose }: { onMade: (made: NewKey) => void; onClose: () => void }) {
  const words = useWords(keysBook);
  const client = useQueryClient();
  const of = useApiForm<{ name: string; scopes: string[] }, NewKey>({
    start: { name: '', scopes: [] },
    check: ({ name, scopes }) => ({
      name: name.trim() === '' && 'required',
      scopes: scopes.length === 0 && 'choose_one',
    }),
    send: ({ name, scopes }) => keyCalls.create({ name: name.trim(), scopes }),
    after: (made) => {
      void client.invalidateQueries({ queryKey: ['api-keys'] });
      onMade(made);
    },
  });
  return (
    <FormFrame of={of} send={words.make} onCancel={onClose}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        maxLength={60}
        autoComplete="off"
        data-autofocus
        {...of.form.getInputProps('name')}
      />
      <Checkbox.Group label={words.may} description={words.mayHint} {...of.form.getInputProps('scopes')}>
        <Stack gap="sm" mt="sm">
          {keyScopes.map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              label={words.scopes[scope].name}
              description={words.scopes[scope].text}
            />
          ))}
        </Stack>
      </Checkbox.Group>
    </FormFrame>
  );
}

function ShownKey({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const words = useWords(keysBook);
  return (
    <Stack gap="md">
      <Text>{words.keyText}</Text>
      <CopyField label={words.key} value={made.key} />
      <Button onClick={onClose}>{words.keyKept}</Button>
    </Stack>
  );
}
