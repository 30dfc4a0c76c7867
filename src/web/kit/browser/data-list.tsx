import { Button, Table } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useKitWords } from './language.tsx';
import { ErrorState, LoadingState } from './states.tsx';
import type { PagedList } from './use-paged-list.ts';

export type Column<T> = { key: string; name: string; show: (item: T) => ReactNode };

type Of<T> = {
  /** What the list holds, for screen readers. */
  label: string;
  list: PagedList<T>;
  /** The first column names the item. */
  columns: readonly Column<T>[];
  keyOf: (item: T) => string;
  /** Buttons or a menu at the end of an item. */
  actions?: (item: T) => ReactNode;
  actionsName?: string;
  empty: ReactNode;
};

/** A table on a desk, cards on a phone; "more" as long as the server has more. */
export function DataList<T>(props: Of<T>) {
  const { list } = props;
  const words = useKitWords();
  const isWide = useMediaQuery('(min-width: 60em)', true, { getInitialValueInEffect: false });
  if (list.items === null) {
    return list.error ? <ErrorState error={list.error} onRetry={list.retry} /> : <LoadingState />;
  }
  if (list.items.length === 0) return props.empty;
  return (
    <>
      {isWide ? <Rows {...props} items={list.items} /> : <Cards {...props} items={list.items} />}
      {list.error ? <ErrorState error={list.error} onRetry={list.retry} /> : null}
      {list.hasMore && (
        <div className="list-more">
          <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
            {words.buttons.more}
          </Button>
        </div>
      )}
    </>
  );
}

function Rows<T>({ label, items, columns, keyOf, actions, actionsName }: Of<T> & { items: readonly T[] }) {
  const words = useKitWords();
  return (
    <div className="panel panel-table">
      <Table aria-label={label} verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.key}>{column.name}</Table.Th>
            ))}
            {actions && (
              <Table.Th>
                <span className="unseen">{actionsName ?? words.buttons.actions}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={keyOf(item)}>
              {columns.map((column) => (
                <Table.Td key={column.key}>{column.show(item)}</Table.Td>
              ))}
              {actions && <Table.Td className="cell-actions">{actions(item)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Cards<T>({ label, items, columns, keyOf, actions }: Of<T> & { items: readonly T[] }) {
  const [title, ...rest] = columns;
  return (
    <ul className="cards" aria-label={label}>
      {items.map((item) => (
        <li key={keyOf(item)} className="panel card">
          <div className="card-head">
            <div>{title?.show(item)}</div>
            {actions?.(item)}
          </div>
          <dl className="facts">
            {rest.map((column) => (
              <div key={column.key}>
                <dt>{column.name}</dt>
                <dd>{column.show(item)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
