import { useId } from 'react';
import { useWords } from '../words/words.tsx';

type NumberFieldProps = {
  label: string;
  value: string;
  isRequired?: boolean;
  /** 0 unless told. */
  least?: 0 | 1;
  className?: string;
  onChange: (typed: string) => void;
};

/** A field for a whole number; anything else is told of right below it. */
export function NumberField({
  label,
  value,
  isRequired = false,
  least = 0,
  className,
  onChange,
}: NumberFieldProps) {
  const words = useWords();
  const problemId = useId();
  const pattern = least === 0 ? '[0-9]*' : '0*[1-9][0-9]*';
  const isBad = value.trim() !== '' && !new RegExp(`^${pattern}$`).test(value.trim());
  return (
    <div className={className}>
      <label>
        {label}
        <input
          inputMode="numeric"
          pattern={pattern}
          required={isRequired}
          value={value}
          aria-invalid={isBad}
          aria-describedby={isBad ? problemId : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      {isBad && (
        <p id={problemId} role="alert" className="field-problem">
          {words.till.wholeNumber(least)}
        </p>
      )}
    </div>
  );
}
