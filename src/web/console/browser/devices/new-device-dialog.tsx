import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { useStores } from '../use-stores.ts';
import { deviceCalls, type PairingCode } from './devices-api.ts';
import { devicesBook } from './devices-book.ts';

type Of = { opened: boolean; onClose: () => void; onCode: (shown: PairingCode) => void };

/** A device that does not belong to a store yet. */
export function NewDeviceDialog({ opened, onClose, onCode }: Of) {
  const words = useWords(devicesBook);
  return (
    <Dialog opened={opened} onClose={onClose} title={words.add}>
      <NewDeviceForm onClose={onClose} onCode={onCode} />
    </Dialog>
  );
}

function NewDeviceForm({ onClose, onCode }: Omit<Of, 'opened'>) {
  const words = useWords(devicesBook);
  const client = useQueryClient();
  const stores = useStores('devices.manage') ?? [];
  const of = useApiForm({
    start: { name: '', storeId: stores.length === 1 ? (stores[0]?.id ?? '') : '' },
    check: ({ name, storeId }) => ({
      name: name.trim() === '' && 'required',
      storeId: storeId === '' && 'store_needed',
    }),
    send: ({ name, storeId }) => deviceCalls.add({ name: name.trim(), storeId }),
    after: (made) => {
      void client.invalidateQueries({ queryKey: ['devices'] });
      onClose();
      onCode(made);
    },
  });
  return (
    <FormFrame of={of} send={words.makeCode} onCancel={onClose}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        maxLength={60}
        autoComplete="off"
        data-autofocus
        {...of.form.getInputProps('name')}
      />
      <NativeSelect
        label={words.store}
        data={[
          { value: '', label: words.chooseStore },
          ...stores.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...of.form.getInputProps('storeId')}
      />
    </FormFrame>
  );
}
