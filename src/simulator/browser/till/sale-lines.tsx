import { useWords } from '../words/words.tsx';
import { NumberField } from './number-field.tsx';
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
          <NumberField
            label={words.till.unitPrice}
            value={line.unitPrice}
            isRequired
            onChange={(unitPrice) => change(line.id, { unitPrice })}
          />
          <NumberField
            className="narrow"
            label={words.till.quantity}
            value={line.quantity}
            isRequired
            least={1}
            onChange={(quantity) => change(line.id, { quantity })}
          />
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
