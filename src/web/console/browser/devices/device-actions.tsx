import { useState } from 'react';
import { ActionsMenu } from '../../../kit/browser/actions-menu.tsx';
import { ConfirmDialog, type Question } from '../../../kit/browser/confirm-dialog.tsx';
import { useWords } from '../../../kit/browser/language.tsx';
import { useAction } from '../../../kit/browser/use-action.ts';
import { type Device, deviceCalls, type PairingCode } from './devices-api.ts';
import { devicesBook } from './devices-book.ts';

/** A new code, or the end of a device. */
export function DeviceActions({ device, onCode }: { device: Device; onCode: (shown: PairingCode) => void }) {
  const words = useWords(devicesBook);
  const [question, setQuestion] = useState<Question | null>(null);
  const newCode = useAction({ act: deviceCalls.newCode, renews: ['devices'], after: onCode });
  const revoke = useAction({
    act: deviceCalls.revoke,
    renews: ['devices'],
    done: () => words.revoked(device.name),
  });
  if (device.state === 'revoked') return null;
  const actions = [
    { label: words.newCode, act: () => newCode.run(device) },
    {
      label: words.revoke,
      takesAway: true,
      act: () =>
        setQuestion({
          title: words.revokeTitle(device.name),
          text: words.revokeText,
          yes: words.revoke,
          takesAway: true,
          act: () => revoke.run(device),
        }),
    },
  ];
  return (
    <>
      <ActionsMenu name={device.name} actions={actions} />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </>
  );
}
