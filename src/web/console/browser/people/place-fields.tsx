import { MultiSelect, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { needsStores, type StaffRole, staffRoles } from '#features/staff/permission-rules.ts';
import { useWords } from '../../../kit/browser/language.tsx';
import type { ApiForm } from '../../../kit/browser/use-api-form.ts';
import { consoleBook } from '../console-book.ts';
import { useStores } from '../use-stores.ts';
import { peopleBook } from './people-book.ts';

export type PlaceValues = { role: StaffRole; storeIds: string[] };

/** A role whose rights end at its stores needs one; other roles name none. */
export const checkPlace = ({ role, storeIds }: PlaceValues) => ({
  storeIds: needsStores(role) && storeIds.length === 0 && 'store_needed',
});
export const sentStores = ({ role, storeIds }: PlaceValues): string[] => (needsStores(role) ? storeIds : []);

/** What somebody is, and in which stores. */
export function PlaceFields({ of }: { of: ApiForm<PlaceValues> | ApiForm<PlaceValues & { name: string }> }) {
  const words = useWords(peopleBook);
  const shared = useWords(consoleBook);
  const stores = useStores('people.manage');
  const form = of.form as ApiForm<PlaceValues>['form'];
  const [isListOpen, setListOpen] = useState(false);
  const { role } = form.values;
  return (
    <>
      <NativeSelect
        label={words.role}
        description={words.roleHints[role]}
        data={staffRoles.map((value) => ({ value, label: shared.roles[value] }))}
        {...form.getInputProps('role')}
      />
      {needsStores(role) && (
        <MultiSelect
          label={words.stores}
          description={words.storesHint}
          data={(stores ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          disabled={stores === null}
          searchable
          nothingFoundMessage={words.noSuchStore}
          // Closed after each choice: left open, the list would lie over the form's button.
          dropdownOpened={isListOpen}
          onDropdownOpen={() => setListOpen(true)}
          onDropdownClose={() => setListOpen(false)}
          {...form.getInputProps('storeIds')}
          onChange={(storeIds) => {
            form.setFieldValue('storeIds', storeIds);
            setListOpen(false);
          }}
        />
      )}
    </>
  );
}
