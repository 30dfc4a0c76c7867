import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../../kit/browser/dialog.tsx';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { useAction } from '../../../kit/browser/use-action.ts';
import { sayClock, useSecondsLeft } from '../../../kit/browser/use-seconds-left.ts';
import { deviceCalls, type PairingCode } from './devices-api.ts';
import { devicesBook } from './devices-book.ts';

/** The code to type on the device, large enough to read across a counter, and how long it holds. */
export function CodeDialog({ shown, onClose }: { shown: PairingCode | null; onClose: () => void }) {
  const words = useWords(devicesBook);
  return (
    <Dialog opened={shown !== null} onClose={onClose} title={shown ? words.codeTitle(shown.device.name) : ''}>
      {shown && <Code key={shown.code} first={shown} onClose={onClose} />}
    </Dialog>
  );
}

function Code({ first, onClose }: { first: PairingCode; onClose: () => void }) {
  const words = useWords(devicesBook);
  const kit = useKitWords();
  const [made, setMade] = useState(first);
  const seconds = useSecondsLeft(made.expiresAt);
  const again = useAction({ act: deviceCalls.newCode, renews: ['devices'], after: setMade });
  return (
    <Stack gap="md">
      <Text>{words.codeText}</Text>
      <output className="pairing-code" data-over={seconds === 0 || undefined}>
        {made.code}
      </output>
      {seconds > 0 ? (
        <Text ta="center" role="timer">
          {kit.runsOut(sayClock(seconds))}
        </Text>
      ) : (
        <Text ta="center" role="status">
          {kit.ranOut}
        </Text>
      )}
      {seconds === 0 && (
        <Button variant="light" loading={again.isRunning} onClick={() => again.run(made.device)}>
          {words.newCode}
        </Button>
      )}
      <Button {...(seconds === 0 && { variant: 'subtle' })} onClick={onClose}>
        {kit.buttons.close}
      </Button>
    </Stack>
  );
}
