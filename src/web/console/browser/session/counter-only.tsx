import { Button } from '@mantine/core';
import type { Session } from '../../../kit/browser/contract.ts';
import { useWords } from '../../../kit/browser/language.tsx';
import { Door } from './door.tsx';
import { sessionBook } from './session-book.ts';
import { SomebodyElse } from './somebody-else.tsx';

/** Whoever is signed in at a counter, or works at counters only, finds no console here. */
export function CounterOnly({ session }: { session: Session }) {
  const words = useWords(sessionBook);
  return (
    <Door brandName={session.brandName} title={words.counterOnly.title} text={words.counterOnly.text}>
      <Button component="a" href="/staff" fullWidth>
        {words.counterOnly.go}
      </Button>
      <SomebodyElse />
    </Door>
  );
}
