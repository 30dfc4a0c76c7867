import { useState } from 'react';
import { useWords } from '../words/words.tsx';
import { FoundMember } from './found-member.tsx';
import type { LookedUpMember } from './till-api.ts';
import type { MemberBy } from './till-sale.ts';

type MemberBoxProps = {
  member: { by: MemberBy; value: string };
  setMember: (member: { by: MemberBy; value: string }) => void;
  found: LookedUpMember | null;
  claimIds: string[];
  setClaimIds: (claimIds: string[]) => void;
  /** Phones that got a text message: what a shopper at this counter would say. */
  phones: string[];
  isBusy: boolean;
  onLookUp: () => void;
  /** Reads the code on the phone and looks its member up; false when the phone shows none. */
  onScan: () => boolean;
  onRedeem: (claimId: string) => void;
};

const ways = ['phone', 'memberCode', 'memberNo', 'none'] as const;

/** The code that the member page on the phone shows, as a scanner would read it. */
export function readMemberCode(frame: HTMLIFrameElement | null): string | null {
  const shown = frame?.contentDocument?.querySelector('[data-member-code]');
  return shown?.getAttribute('data-member-code')?.trim() || shown?.textContent?.trim() || null;
}

export function MemberBox(props: MemberBoxProps) {
  const { member, setMember, found } = props;
  const words = useWords();
  const [scanNote, setScanNote] = useState('');
  return (
    <fieldset className="member-box">
      <legend>{words.till.member}</legend>
      <div className="till-row">
        <select
          aria-label={words.till.member}
          value={member.by}
          onChange={(event) => setMember({ by: event.target.value as MemberBy, value: '' })}
        >
          {ways.map((way) => (
            <option key={way} value={way}>
              {words.till.memberBy[way]}
            </option>
          ))}
        </select>
        {member.by !== 'none' && (
          <input
            required
            aria-label={words.till.memberBy[member.by]}
            value={member.value}
            list={member.by === 'phone' ? 'known-phones' : undefined}
            placeholder={member.by === 'phone' ? '0912-345-678' : ''}
            autoComplete="off"
            onChange={(event) => setMember({ by: member.by, value: event.target.value })}
          />
        )}
        <datalist id="known-phones">
          {props.phones.map((phone) => (
            <option key={phone} value={phone} />
          ))}
        </datalist>
      </div>
      <div className="button-row">
        <button
          type="button"
          onClick={() => setScanNote(props.onScan() ? words.till.scanned : words.till.nothingToScan)}
        >
          {words.till.scan}
        </button>
        <button
          type="button"
          disabled={props.isBusy || member.by === 'none' || member.value.trim() === ''}
          onClick={props.onLookUp}
        >
          {words.till.lookUp}
        </button>
      </div>
      <p className="hint" role="status">
        {scanNote}
      </p>
      {found && (
        <FoundMember
          found={found}
          claimIds={props.claimIds}
          setClaimIds={props.setClaimIds}
          isBusy={props.isBusy}
          onRedeem={props.onRedeem}
        />
      )}
    </fieldset>
  );
}
