import { businessDate } from '../business-time.ts';
import { useWords } from '../words/words.tsx';
import type { KeptReceipt } from './till-sale.ts';

type ReceiptsProps = {
  receipts: KeptReceipt[];
  isBusy: boolean;
  onReturn: (receipt: KeptReceipt) => void;
};

export function Receipts({ receipts, isBusy, onReturn }: ReceiptsProps) {
  const words = useWords();
  return (
    <div className="receipts">
      <h3>{words.till.receipts}</h3>
      {receipts.length === 0 ? (
        <p className="hint">{words.till.noReceipts}</p>
      ) : (
        <ul>
          {receipts.map((receipt) => (
            <li key={receipt.receiptNo}>
              <span>
                {receipt.receiptNo}
                <span className="hint">
                  {businessDate(receipt.purchasedAt)} · NT${receipt.totalTwd.toLocaleString('en')}
                </span>
              </span>
              {receipt.isReturned ? (
                <span className="hint">{words.till.returned}</span>
              ) : (
                <button type="button" className="quiet" disabled={isBusy} onClick={() => onReturn(receipt)}>
                  {words.till.return}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
