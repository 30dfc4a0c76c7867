import { useQueryClient } from '@tanstack/react-query';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { FormFrame } from '../../../kit/browser/form-frame.tsx';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { toastDone } from '../../../kit/browser/toasts.ts';
import { useApiForm } from '../../../kit/browser/use-api-form.ts';
import { type Person, peopleCalls } from './people-api.ts';
import { peopleBook } from './people-book.ts';
import { checkPlace, PlaceFields, type PlaceValues, sentStores } from './place-fields.tsx';

/** Another role or other stores; open while there is a person. */
export function EditPersonDialog({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const words = useWords(peopleBook);
  return (
    <Dialog opened={person !== null} onClose={onClose} title={person ? words.editTitle(person.name) : ''}>
      {person && <EditForm person={person} onClose={onClose} />}
    </Dialog>
  );
}

function EditForm({ person, onClose }: { person: Person; onClose: () => void }) {
  const words = useWords(peopleBook);
  const kit = useKitWords();
  const client = useQueryClient();
  const of = useApiForm<PlaceValues, Person>({
    start: { role: person.role, storeIds: person.stores.map(({ id }) => id) },
    check: checkPlace,
    send: (values) => peopleCalls.change(person.id, { role: values.role, storeIds: sentStores(values) }),
    after: () => {
      void client.invalidateQueries({ queryKey: ['people'] });
      toastDone(words.changed(person.name));
      onClose();
    },
  });
  return (
    <FormFrame of={of} send={kit.buttons.save} onCancel={onClose}>
      <PlaceFields of={of} />
    </FormFrame>
  );
}
