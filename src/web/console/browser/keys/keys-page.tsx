import { Badge, Button } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog, type Question } from '../../../kit/browser/confirm-dialog.tsx';
import { type Column, DataList } from '../../../kit/browser/data-list.tsx';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { sayDay, sayList, sayMoment } from '../../../kit/browser/say.ts';
import { EmptyState } from '../../../kit/browser/states.tsx';
import { useAction } from '../../../kit/browser/use-action.ts';
import { usePagedList } from '../../../kit/browser/use-paged-list.ts';
import { consoleBook } from '../console-book.ts';
import { useMay } from '../session/use-session.ts';
import { type ApiKey, keyCalls } from './keys-api.ts';
import { keysBook } from './keys-book.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';

/** Keys of tills and other systems: what each may do, and its end. */
export function KeysPage() {
  const words = useWords(keysBook);
  const may = useMay();
  const list = usePagedList<ApiKey>('api-keys');
  const columns = useColumns();
  const [isAdding, setAdding] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const mayManage = may('api_keys.manage');
  const revoke = useAction({
    act: keyCalls.revoke,
    renews: ['api-keys'],
    done: ({ name }) => words.revoked(name),
  });
  const askRevoke = (key: ApiKey) =>
    setQuestion({
      title: words.revokeTitle(key.name),
      text: words.revokeText,
      yes: words.revoke,
      takesAway: true,
      act: () => revoke.run(key),
    });
  return (
    <>
      <PageHeader
        title={words.title}
        text={words.text}
        action={mayManage && <Button onClick={() => setAdding(true)}>{words.add}</Button>}
      />
      <DataList
        label={words.title}
        list={list}
        columns={columns}
        keyOf={(key) => key.id}
        empty={<EmptyState title={words.empty} {...(mayManage && { text: words.emptyText })} />}
        {...(mayManage && {
          actions: (key: ApiKey) =>
            key.revokedAt === null && (
              <Button
                variant="default"
                onClick={() => askRevoke(key)}
                aria-label={words.revokeNamed(key.name)}
              >
                {words.revoke}
              </Button>
            ),
        })}
      />
      <NewKeyDialog opened={isAdding} onClose={() => setAdding(false)} />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

function useColumns(): Column<ApiKey>[] {
  const words = useWords(keysBook);
  const shared = useWords(consoleBook);
  const { language } = useLanguage();
  const scopes: Record<string, { name: string }> = words.scopes;
  return [
    { key: 'name', name: words.name, show: (key) => <strong>{key.name}</strong> },
    {
      key: 'scopes',
      name: words.may,
      show: (key) =>
        sayList(
          language,
          key.scopes.map((scope) => scopes[scope]?.name ?? scope),
        ),
    },
    {
      key: 'state',
      name: words.state,
      show: (key) => (
        <Badge
          color={key.revokedAt === null ? 'brand' : 'alert'}
          variant="light"
          tt="none"
          className="badge-whole"
        >
          {key.revokedAt === null ? words.alive : words.dead(sayDay(language, key.revokedAt))}
        </Badge>
      ),
    },
    { key: 'made', name: words.made, show: (key) => sayDay(language, key.createdAt) },
    {
      key: 'used',
      name: words.used,
      show: (key) => (key.lastUsedAt ? sayMoment(language, key.lastUsedAt) : shared.never),
    },
  ];
}
