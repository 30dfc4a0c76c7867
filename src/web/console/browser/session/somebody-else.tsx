import { Button } from '@mantine/core';
import { useWords } from '../../../kit/browser/language.tsx';
import { useAction } from '../../../kit/browser/use-action.ts';
import { sessionBook } from './session-book.ts';
import { sessionCalls } from './use-session.ts';

/** The way out of a half-done sign-in. */
export function SomebodyElse() {
  const words = useWords(sessionBook);
  const signOut = useAction({ act: () => sessionCalls.signOut(), renews: ['session'] });
  return (
    <Button
      variant="subtle"
      fullWidth
      mt="sm"
      loading={signOut.isRunning}
      onClick={() => signOut.run(undefined)}
    >
      {words.somebodyElse}
    </Button>
  );
}
