import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { callApi } from '../../../kit/browser/api-client.ts';
import type { PageOf } from '../../../kit/browser/contract.ts';
import { useWords } from '../../../kit/browser/language.tsx';
import type { Person } from '../people/people-api.ts';
import { useMay } from '../session/use-session.ts';
import type { AuditFilters } from './audit-api.ts';
import { auditBook } from './audit-book.ts';
import { sayAction } from './say-entry.ts';

type Of = { filters: AuditFilters; onChange: (filters: AuditFilters) => void };

/** Days, who, what and whose; every change narrows at once. */
export function AuditFiltersForm({ filters, onChange }: Of) {
  const words = useWords(auditBook);
  const may = useMay();
  const people = useQuery({
    queryKey: ['people', 'names'],
    queryFn: () => callApi<PageOf<Person>>('GET', 'people?limit=200'),
    enabled: may('people.read'),
  });
  const actions = useQuery({
    queryKey: ['audit', 'actions'],
    queryFn: () => callApi<{ items: string[] }>('GET', 'audit/actions'),
    staleTime: 300_000,
  });
  const set = (change: Partial<AuditFilters>) => onChange({ ...filters, ...change });
  const anybody = { value: '', label: words.anybody };
  const anything = { value: '', label: words.anything };
  return (
    <search className="filters" aria-label={words.filters}>
      <TextInput
        type="date"
        label={words.from}
        value={filters.from}
        max={filters.to || undefined}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={words.to}
        value={filters.to}
        min={filters.from || undefined}
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
      <NativeSelect
        label={words.who}
        value={filters.actorId}
        data={[anybody, ...(people.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(event) => set({ actorId: event.currentTarget.value })}
      />
      <NativeSelect
        label={words.action}
        value={filters.action}
        data={[
          anything,
          ...(actions.data?.items ?? []).map((value) => ({ value, label: sayAction(words, value) })),
        ]}
        onChange={(event) => set({ action: event.currentTarget.value })}
      />
      <TextInput
        label={words.memberNo}
        placeholder={words.memberNoHint}
        inputMode="numeric"
        autoComplete="off"
        value={filters.memberNo}
        onChange={(event) => set({ memberNo: event.currentTarget.value })}
      />
    </search>
  );
}
