import { useState } from 'react';
import { ActionsMenu, type MenuAction } from '../../../kit/browser/actions-menu.tsx';
import { ConfirmDialog, type Question } from '../../../kit/browser/confirm-dialog.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { useAction } from '../../../kit/browser/use-action.ts';
import { useSignedIn } from '../session/use-session.ts';
import type { ShownLink } from './link-dialog.tsx';
import { type Person, peopleCalls } from './people-api.ts';
import { peopleBook } from './people-book.ts';

type Of = { person: Person; onEdit: () => void; onLink: (shown: ShownLink) => void };

/** What an owner can do about somebody; each says beforehand what it changes. */
export function PersonActions({ person, onEdit, onLink }: Of) {
  const words = useWords(peopleBook);
  const { staff } = useSignedIn();
  const [question, setQuestion] = useState<Question | null>(null);
  const { name } = person;
  const newLink = useAction({
    act: peopleCalls.newLink,
    renews: ['people'],
    after: (link) => onLink({ ...link, name }),
  });
  const disable = useAction({
    act: peopleCalls.disable,
    renews: ['people'],
    done: () => words.disabled(name),
  });
  const enable = useAction({ act: peopleCalls.enable, renews: ['people'], done: () => words.enabled(name) });
  const signOut = useAction({
    act: peopleCalls.signOut,
    renews: ['people'],
    done: () => words.signedOut(name),
  });
  const ask = (asked: keyof typeof words.questions, yes: string, takesAway: boolean, act: () => void) => () =>
    setQuestion({
      title: words.questions[asked].title(name),
      text: words.questions[asked].text,
      yes,
      takesAway,
      act,
    });

  const isMe = person.id === staff.id;
  const isIn = person.state !== 'disabled';
  const actions: (MenuAction | false)[] = [
    isIn && !isMe && { label: words.edit, act: onEdit },
    isIn && {
      label: words.newLink,
      act: ask('newLink', words.newLink, false, () => newLink.run(person)),
    },
    person.signedInOn > 0 && {
      label: words.signOut,
      act: ask('signOut', words.signOut, true, () => signOut.run(person)),
    },
    isIn &&
      !isMe && {
        label: words.disable,
        takesAway: true,
        act: ask('disable', words.disable, true, () => disable.run(person)),
      },
    !isIn && { label: words.enable, act: ask('enable', words.enable, false, () => enable.run(person)) },
  ];
  return (
    <>
      <ActionsMenu name={name} actions={actions.filter((each) => each !== false)} />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </>
  );
}
