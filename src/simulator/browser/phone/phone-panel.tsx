import { type RefObject, useState } from 'react';
import type { SimulatorState } from '#simulator/contract.ts';
import type { Simulator } from '../use-simulator.ts';
import { useWords } from '../words/words.tsx';
import { Phone } from './phone.tsx';
import { ShopperPicker } from './shopper-picker.tsx';

type PhonePanelProps = {
  simulator: Simulator;
  state: SimulatorState;
  phonePage: RefObject<HTMLIFrameElement | null>;
};

/** The row of shoppers and the phone of the chosen one; each shopper keeps what stands in the input. */
export function PhonePanel({ simulator, state, phonePage }: PhonePanelProps) {
  const words = useWords();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const setDraft = (userId: string, text: string) => setDrafts((all) => ({ ...all, [userId]: text }));
  const { userId, chat } = simulator;
  return (
    <>
      <ShopperPicker
        shoppers={state.shoppers}
        chosen={userId}
        unread={simulator.unread}
        onChoose={simulator.choose}
        onAdded={simulator.state.refresh}
      />
      {userId === null ? (
        <p className="hint">{words.phone.addShopper}</p>
      ) : (
        <Phone
          key={userId}
          state={state}
          userId={userId}
          chat={chat.value}
          failure={chat.failure}
          sms={simulator.sms}
          draft={drafts[userId] ?? ''}
          setDraft={(text) => setDraft(userId, text)}
          onForward={(to, text) => {
            setDraft(to, text);
            simulator.choose(to);
          }}
          onRetry={chat.refresh}
          phonePage={phonePage}
        />
      )}
    </>
  );
}
