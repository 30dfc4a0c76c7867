import type { SimulatedShopper } from '#simulator/contract.ts';
import { useWords } from '../words/words.tsx';
import { Face } from './face.tsx';
import { PhoneLayer } from './phone-layer.tsx';

type ForwardDialogProps = {
  text: string;
  others: SimulatedShopper[];
  onForward: (toUserId: string, text: string) => void;
  onClose: () => void;
};

export function ForwardDialog({ text, others, onForward, onClose }: ForwardDialogProps) {
  const words = useWords();
  return (
    <PhoneLayer title={words.phone.forward} onClose={onClose}>
      <p className="forward-text">{text}</p>
      <p className="hint">{others.length === 0 ? words.phone.noOneElse : words.phone.forwardHint}</p>
      <ul className="forward-list">
        {others.map((shopper) => (
          <li key={shopper.userId}>
            <button type="button" onClick={() => onForward(shopper.userId, text)}>
              <Face name={shopper.displayName} id={shopper.userId} />
              {shopper.displayName}
            </button>
          </li>
        ))}
      </ul>
    </PhoneLayer>
  );
}
