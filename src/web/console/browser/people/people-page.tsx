import { Badge, Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Column } from '../../../kit/browser/data-list.tsx';
import { DataList } from '../../../kit/browser/data-list.tsx';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { sayList, sayMoment } from '../../../kit/browser/say.ts';
import { EmptyState } from '../../../kit/browser/states.tsx';
import { usePagedList } from '../../../kit/browser/use-paged-list.ts';
import { consoleBook } from '../console-book.ts';
import { useMay } from '../session/use-session.ts';
import { EditPersonDialog } from './edit-person-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { LinkDialog, type ShownLink } from './link-dialog.tsx';
import type { Person } from './people-api.ts';
import { peopleBook } from './people-book.ts';
import { PersonActions } from './person-actions.tsx';

/** Everybody who works here: who they are, where, and whether they can come in. */
export function PeoplePage() {
  const words = useWords(peopleBook);
  const may = useMay();
  const list = usePagedList<Person>('people');
  const columns = useColumns();
  const [isInviting, setInviting] = useState(false);
  const [edited, setEdited] = useState<Person | null>(null);
  const [shownLink, setShownLink] = useState<ShownLink | null>(null);
  const mayManage = may('people.manage');
  return (
    <>
      <PageHeader
        title={words.title}
        text={words.text}
        action={mayManage && <Button onClick={() => setInviting(true)}>{words.invite}</Button>}
      />
      <DataList
        label={words.title}
        list={list}
        columns={columns}
        keyOf={(person) => person.id}
        empty={<EmptyState title={words.empty} />}
        {...(mayManage && {
          actions: (person: Person) => (
            <PersonActions person={person} onEdit={() => setEdited(person)} onLink={setShownLink} />
          ),
        })}
      />
      <InviteDialog opened={isInviting} onClose={() => setInviting(false)} onInvited={setShownLink} />
      <EditPersonDialog person={edited} onClose={() => setEdited(null)} />
      <LinkDialog shown={shownLink} onClose={() => setShownLink(null)} />
    </>
  );
}

const colourOf = { active: 'brand', invited: 'gray', disabled: 'alert' } as const;

function useColumns(): Column<Person>[] {
  const words = useWords(peopleBook);
  const shared = useWords(consoleBook);
  const { language } = useLanguage();
  const places = (person: Person) =>
    person.stores.length === 0
      ? shared.everyStore
      : sayList(
          language,
          person.stores.map(({ name }) => name),
        );
  return [
    { key: 'name', name: words.name, show: (person) => <strong>{person.name}</strong> },
    {
      key: 'role',
      name: words.role,
      show: (person) => <span className="whole">{shared.roles[person.role]}</span>,
    },
    {
      key: 'stores',
      name: words.stores,
      show: (person) => <span className="words-whole">{places(person)}</span>,
    },
    {
      key: 'state',
      name: words.state,
      show: (person) => (
        <Badge color={colourOf[person.state]} variant="light" tt="none" className="badge-whole">
          {words.states[person.state]}
        </Badge>
      ),
    },
    {
      key: 'ways',
      name: words.ways,
      show: (person) => {
        const lacksSecondFactor = person.role === 'owner' && person.hasPassword && !person.hasSecondFactor;
        const ways = [
          person.hasPassword && words.password,
          person.hasSecondFactor && words.secondFactor,
          person.hasPin && words.pin,
          person.hasLineLogin && words.line,
        ];
        return (
          <>
            {sayList(
              language,
              ways.filter((way) => way !== false),
            ) || words.noWays}
            {lacksSecondFactor && (
              <Text c="dimmed" size="sm">
                {words.noSecondFactor}
              </Text>
            )}
          </>
        );
      },
    },
    {
      key: 'seen',
      name: words.lastSeen,
      show: (person) => {
        if (person.state === 'invited' && person.invitation) {
          return words.linkEnds(sayMoment(language, person.invitation.expiresAt));
        }
        if (person.signedInOn > 0) return words.signedInOn(String(person.signedInOn));
        return person.lastSeenAt ? sayMoment(language, person.lastSeenAt) : shared.never;
      },
    },
  ];
}
