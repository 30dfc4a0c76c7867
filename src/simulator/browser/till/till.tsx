import type { RefObject } from 'react';
import type { SimulatedSms } from '#simulator/contract.ts';
import { simulatorApi } from '../simulator-api.ts';
import { useFetched } from '../use-fetched.ts';
import { useWords } from '../words/words.tsx';
import { TillDesk } from './till-desk.tsx';

type TillProps = {
  now: string;
  sms: SimulatedSms[];
  phonePage: RefObject<HTMLIFrameElement | null>;
};

/** The little till: fetches its key and stores once, then is a till like any other. */
export function Till({ now, sms, phonePage }: TillProps) {
  const words = useWords();
  const setup = useFetched('till', simulatorApi.till);
  return (
    <div className="card till">
      <h2>{words.till.title}</h2>
      <p className="hint">{words.till.hint}</p>
      {setup.value === null ? (
        setup.failure === null ? (
          <p className="hint">{words.loading}</p>
        ) : (
          <div role="alert">
            <p className="problem">{setup.failure}</p>
            <button type="button" onClick={setup.refresh}>
              {words.tryAgain}
            </button>
          </div>
        )
      ) : setup.value.stores.length === 0 ? (
        <p className="problem">{words.till.noStores}</p>
      ) : (
        <TillDesk setup={setup.value} now={now} sms={sms} phonePage={phonePage} />
      )}
    </div>
  );
}
