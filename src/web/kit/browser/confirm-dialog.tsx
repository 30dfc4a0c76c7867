import { Button, Stack, Text } from '@mantine/core';
import { Dialog } from './dialog.tsx';
import { useKitWords } from './language.tsx';

/** What is about to change and what stays. The button that takes something away is not the coloured one. */
export type Question = { title: string; text: string; yes: string; takesAway: boolean; act: () => void };

export function ConfirmDialog({ question, onClose }: { question: Question | null; onClose: () => void }) {
  const words = useKitWords();
  return (
    <Dialog opened={question !== null} onClose={onClose} title={question?.title ?? ''} isSmall>
      {question && (
        <Stack gap="md">
          <Text>{question.text}</Text>
          <Button
            variant={question.takesAway ? 'outline' : 'filled'}
            color={question.takesAway ? 'alert' : 'brand'}
            onClick={() => {
              question.act();
              onClose();
            }}
          >
            {question.yes}
          </Button>
          <Button variant="subtle" onClick={onClose} data-autofocus>
            {words.buttons.cancel}
          </Button>
        </Stack>
      )}
    </Dialog>
  );
}
