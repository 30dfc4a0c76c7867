import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import type { ShownLink } from './link-dialog.tsx';
import { peopleCalls } from './people-api.ts';
import { peopleBook } from './people-book.ts';
import { checkPlace, PlaceFields, type PlaceValues, sentStores } from './place-fields.tsx';

type Of = { opened: boolean; onClose: () => void; onInvited: (shown: ShownLink) => void };

/** Somebody new: a name, a role, their stores; what comes back is the link to hand over. */
export function InviteDialog({ opened, onClose, onInvited }: Of) {
  const words = useWords(peopleBook);
  return (
    <Dialog opened={opened} onClose={onClose} title={words.invite}>
      <InviteForm onClose={onClose} onInvited={onInvited} />
    </Dialog>
  );
}

function InviteForm({ onClose, onInvited }: Omit<Of, 'opened'>) {
  const words = useWords(peopleBook);
  const client = useQueryClient();
  const of = useApiForm<PlaceValues & { name: string }, Awaited<ReturnType<typeof peopleCalls.invite>>>({
    start: { name: '', role: 'clerk', storeIds: [] },
    check: (values) => ({ name: values.name.trim() === '' && 'required', ...checkPlace(values) }),
    send: (values) =>
      peopleCalls.invite({ name: values.name.trim(), role: values.role, storeIds: sentStores(values) }),
    after: ({ invitation }, values) => {
      void client.invalidateQueries({ queryKey: ['people'] });
      onClose();
      onInvited({ ...invitation, name: values.name.trim() });
    },
  });
  return (
    <FormFrame of={of} send={words.sendInvitation} onCancel={onClose}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        maxLength={40}
        autoComplete="off"
        data-autofocus
        {...of.form.getInputProps('name')}
      />
      <PlaceFields of={of} />
    </FormFrame>
  );
}
