import { useState } from 'react';
import { useWords } from '../words/words.tsx';
import { PhoneLayer } from './phone-layer.tsx';
import type { PickerAction } from './use-phone-taps.ts';

type PickerDialogProps = {
  action: PickerAction;
  onPick: (action: PickerAction, picked: string) => void;
  onClose: () => void;
};

const inputTypes = { date: 'date', time: 'time', datetime: 'datetime-local' } as const;

/** LINE also takes a small t between date and time; the browser's input does not. */
function forInput(value: string): string {
  return value.replace('t', 'T');
}

export function PickerDialog({ action, onPick, onClose }: PickerDialogProps) {
  const words = useWords();
  const [value, setValue] = useState(forInput(action.initial));
  const title = action.label || (action.mode === 'time' ? words.phone.pickTime : words.phone.pickDate);
  return (
    <PhoneLayer title={title} onClose={onClose}>
      <form
        className="picker"
        onSubmit={(event) => {
          event.preventDefault();
          onPick(action, value);
        }}
      >
        <input
          type={inputTypes[action.mode]}
          required
          aria-label={title}
          value={value}
          min={forInput(action.min) || undefined}
          max={forInput(action.max) || undefined}
          onChange={(event) => setValue(event.target.value)}
        />
        <button type="submit" className="primary" disabled={value === ''}>
          {words.phone.confirm}
        </button>
      </form>
    </PhoneLayer>
  );
}
