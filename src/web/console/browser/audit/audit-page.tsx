import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Column, DataList } from '../../../kit/browser/data-list.tsx';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { sayList, sayMoment } from '../../../kit/browser/say.ts';
import { EmptyState } from '../../../kit/browser/states.tsx';
import { usePagedList } from '../../../kit/browser/use-paged-list.ts';
import { type AuditEntry, type AuditFilters, noFilters, toQuery } from './audit-api.ts';
import { auditBook } from './audit-book.ts';
import { AuditFiltersForm } from './audit-filters.tsx';
import { EntryText } from './entry-text.tsx';

/** Who did what, whose, before and after, where and when; narrowed and taken along as a file. */
export function AuditPage() {
  const words = useWords(auditBook);
  const [filters, setFilters] = useState<AuditFilters>(noFilters);
  const query = toQuery(filters);
  const list = usePagedList<AuditEntry>('audit', query);
  const columns = useColumns();
  const isNarrowed = Object.keys(query).length > 0;
  return (
    <>
      <PageHeader
        title={words.title}
        text={words.text}
        action={
          <Button
            component="a"
            variant="default"
            href={`/api/v1/audit.csv?${new URLSearchParams(query)}`}
            download
          >
            {words.csv}
          </Button>
        }
      />
      <AuditFiltersForm filters={filters} onChange={setFilters} />
      <DataList
        label={words.title}
        list={list}
        columns={columns}
        keyOf={(entry) => entry.id}
        empty={
          <EmptyState
            title={words.empty}
            {...(isNarrowed && {
              text: words.emptyNarrowed,
              action: (
                <Button variant="default" onClick={() => setFilters(noFilters)}>
                  {words.clear}
                </Button>
              ),
            })}
          />
        }
      />
    </>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const words = useWords(auditBook);
  const { language } = useLanguage();
  return [
    { key: 'what', name: words.what, show: (entry) => <EntryText entry={entry} /> },
    {
      key: 'when',
      name: words.when,
      show: (entry) => <span className="moment">{sayMoment(language, entry.at)}</span>,
    },
    {
      key: 'where',
      name: words.where,
      show: ({ place }) =>
        sayList(
          language,
          [place.store, place.device, place.address].filter((each) => each !== null),
        ) || words.nowhere,
    },
  ];
}
