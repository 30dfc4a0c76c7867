import { useId } from 'react';
import { useWords } from '../words/words.tsx';

type NumberFieldProps = {
  label: string;
  value: string;
  isRequired?: boolean;
  className?: string;
  onChange: (typed: string) => void;
};

/** A field for a whole number, 0 or more; anything else is told of right below it. */
export function NumberField({ label, value, isRequired = false, className, onChange }: NumberFieldProps) {
  const words = useWords();
  const problemId = useId();
  const isBad = value.trim() !== '' && !/^[0-9]+$/.test(value.trim());
  return (
    <div className={className}>
      <label>
        {label}
        <input
          inputMode="numeric"
          pattern="[0-9]*"
          required={isRequired}
          value={value}
          aria-invalid={isBad}
          aria-describedby={isBad ? problemId : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      {isBad && (
        <p id={problemId} role="alert" className="field-problem">
          {words.till.wholeNumber}
        </p>
      )}
    </div>
  );
}
