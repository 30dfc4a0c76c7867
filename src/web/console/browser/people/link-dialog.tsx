import { Button, Stack, Text } from '@mantine/core';
import { CopyField } from '../../../kit/browser/copy-field.tsx';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { useKitWords, useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { sayMoment } from '../../../kit/browser/say.ts';
import type { OneTimeLink } from './people-api.ts';
import { peopleBook } from './people-book.ts';

export type ShownLink = OneTimeLink & { name: string };

/** The one time that an invitation's link can be seen: to scan, to copy, until when. */
export function LinkDialog({ shown, onClose }: { shown: ShownLink | null; onClose: () => void }) {
  const words = useWords(peopleBook);
  const kit = useKitWords();
  const { language } = useLanguage();
  return (
    <Dialog
      opened={shown !== null}
      onClose={onClose}
      title={shown ? words.linkTitle(shown.name) : ''}
      isShownOnce
    >
      {shown && (
        <Stack gap="md">
          <Text>{words.linkText}</Text>
          <img className="qr" src={shown.qr} alt={words.linkQr} />
          <CopyField label={words.link} value={shown.link} />
          <Text c="dimmed" size="sm">
            {words.linkEnds(sayMoment(language, shown.expiresAt))}
          </Text>
          <Button onClick={onClose}>{kit.buttons.close}</Button>
        </Stack>
      )}
    </Dialog>
  );
}
