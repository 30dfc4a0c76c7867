import { usePageLanguage, useWords } from '../words/words.tsx';
import type { CheckedCode } from './till-api.ts';

type CodeBoxProps = {
  typed: string;
  setTyped: (typed: string) => void;
  checked: CheckedCode | null;
  isBusy: boolean;
  onCheck: () => void;
};

/** Where the code is typed that a shopper shows when nothing can be scanned, or types in an online shop. */
export function CodeBox({ typed, setTyped, checked, isBusy, onCheck }: CodeBoxProps) {
  const words = useWords();
  const language = usePageLanguage();
  const title = checked && (checked.title[language] ?? checked.title['zh-TW']);
  return (
    <div className="till-row">
      <label>
        {words.till.couponCode}
        <input
          value={typed}
          placeholder="ABCDE-FGHJK"
          autoComplete="off"
          autoCapitalize="characters"
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <div className="button-row">
        <button type="button" disabled={isBusy || typed.trim() === ''} onClick={onCheck}>
          {words.till.checkCode}
        </button>
      </div>
      {checked && <p className="hint wide">{words.till.codeIsFor(title ?? '', checked.endsOn)}</p>}
    </div>
  );
}
