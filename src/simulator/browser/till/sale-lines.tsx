import { useWords } from '../words/words.tsx';
import type { TypedLine } from './till-sale.ts';

type SaleLinesProps = {
  lines: TypedLine[];
  categories: string[];
  setLines: (lines: TypedLine[]) => void;
};

export function SaleLines({ lines, categories, setLines }: SaleLinesProps) {
  const words = useWords();
  const change = (id: number, part: Partial<TypedLine>) =>
    setLines(lines.map((line) => (line.id === id ? { ...line, ...part } : line)));
  const add = () => {
    const id = Math.max(...lines.map((line) => line.id)) + 1;
    setLines([
      ...lines,
      { id, category: categories[id % categories.length] ?? '', unitPrice: '', quantity: '1' },
    ]);
  };
  return (
    <div className="sale-lines">
      {lines.map((line) => (
        <div key={line.id} className="till-row sale-line">
          <label>
            {words.till.category}
            <select
              value={line.category}
              onChange={(event) => change(line.id, { category: event.target.value })}
            >
              {categories.map((category) => (
                <option key={category}>{category}</option>
              ))}
            </select>
          </label>
          <label>
            {words.till.unitPrice}
            <input
              inputMode="numeric"
              pattern="[0-9]*"
              required
              value={line.unitPrice}
              onChange={(event) => change(line.id, { unitPrice: event.target.value })}
            />
          </label>
          <label className="narrow">
            {words.till.quantity}
            <input
              inputMode="numeric"
              pattern="[0-9]*"
              required
              value={line.quantity}
              onChange={(event) => change(line.id, { quantity: event.target.value })}
            />
          </label>
          {lines.length > 1 && (
            <button
              type="button"
              className="quiet remove"
              aria-label={words.till.removeLine}
              title={words.till.removeLine}
              onClick={() => setLines(lines.filter((each) => each.id !== line.id))}
            >
              ✕
            </button>
          )}
        </div>
      ))}
      <button type="button" className="quiet" onClick={add}>
        ＋ {words.till.addLine}
      </button>
    </div>
  );
}
