import { type FormEvent, useState } from 'react';
import type { SimulatedShopper } from '#simulator/contract.ts';
import { simulatorApi } from '../simulator-api.ts';
import { pageLanguages, useWords } from '../words/words.tsx';
import { Face } from './face.tsx';

type ShopperPickerProps = {
  shoppers: SimulatedShopper[];
  chosen: string | null;
  unread: ReadonlySet<string>;
  onChoose: (userId: string) => void;
  onAdded: () => void;
};

export function ShopperPicker({ shoppers, chosen, unread, onChoose, onAdded }: ShopperPickerProps) {
  const words = useWords();
  const [isAdding, setAdding] = useState(false);
  return (
    <div className="shoppers">
      <fieldset className="shopper-row" aria-label={words.phone.shoppers}>
        {shoppers.map((shopper) => (
          <button
            key={shopper.userId}
            type="button"
            className="shopper"
            aria-pressed={shopper.userId === chosen}
            onClick={() => onChoose(shopper.userId)}
          >
            <Face name={shopper.displayName} id={shopper.userId} />
            <span>{shopper.displayName}</span>
            {unread.has(shopper.userId) && (
              <span className="unread" role="img" aria-label={words.phone.unread} />
            )}
          </button>
        ))}
        <button
          type="button"
          className="shopper shopper-add"
          aria-expanded={isAdding}
          onClick={() => setAdding((was) => !was)}
        >
          <span className="face face-add" aria-hidden="true">
            +
          </span>
          <span>{words.phone.addShopper}</span>
        </button>
      </fieldset>
      {isAdding && (
        <AddShopper
          onAdded={(userId) => {
            setAdding(false);
            onAdded();
            onChoose(userId);
          }}
        />
      )}
    </div>
  );
}

function AddShopper({ onAdded }: { onAdded: (userId: string) => void }) {
  const words = useWords();
  const [displayName, setName] = useState('');
  const [language, setLanguage] = useState('zh-TW');
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    try {
      const shopper = await simulatorApi.addShopper({ displayName: displayName.trim(), language });
      onAdded(shopper.userId);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form className="add-shopper" onSubmit={submit}>
      <label>
        {words.phone.shopperName}
        <input
          value={displayName}
          maxLength={20}
          required
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        {words.phone.shopperLanguage}
        <select value={language} onChange={(event) => setLanguage(event.target.value)}>
          {Object.entries(pageLanguages).map(([tag, each]) => (
            <option key={tag} value={tag}>
              {each.language}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="primary" disabled={displayName.trim() === ''}>
        {words.phone.add}
      </button>
      {failure && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
    </form>
  );
}
