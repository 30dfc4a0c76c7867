import { type RefObject, useState } from 'react';
import type { SimulatedSms, TillSetup } from '#simulator/contract.ts';
import { businessDate, businessInstant } from '../business-time.ts';
import { useBusinessNow } from '../tools/clock-panel.tsx';
import { usePageLanguage, useWords } from '../words/words.tsx';
import { CodeBox } from './code-box.tsx';
import { MemberBox, readMemberCode } from './member-box.tsx';
import { NumberField } from './number-field.tsx';
import { Receipts } from './receipts.tsx';
import { SaleLines } from './sale-lines.tsx';
import { type CheckedCode, type LookedUpMember, type MemberHint, tillApi } from './till-api.ts';
import { type Outcome, TillOutcome } from './till-outcome.tsx';
import {
  couponDiscount,
  freshReceiptNo,
  type KeptReceipt,
  keepReceipts,
  type MemberBy,
  memberHint,
  readReceipts,
  saleLines,
  saleTotal,
  type TypedLine,
  wholeNumber,
} from './till-sale.ts';

type TillDeskProps = {
  setup: TillSetup;
  now: string;
  sms: SimulatedSms[];
  phonePage: RefObject<HTMLIFrameElement | null>;
};

export function TillDesk({ setup, now, sms, phonePage }: TillDeskProps) {
  const words = useWords();
  const language = usePageLanguage();
  const at = useBusinessNow(now);
  const firstLine = { id: 0, category: setup.categories[0] ?? '', unitPrice: '1280', quantity: '1' };
  const [storeCode, setStore] = useState(setup.stores[0]?.code ?? '');
  const [channel, setChannel] = useState<'store' | 'online'>('store');
  const [member, setMember] = useState<{ by: MemberBy; value: string }>({ by: 'phone', value: '' });
  const [found, setFound] = useState<LookedUpMember | null>(null);
  const [claimIds, setClaimIds] = useState<string[]>([]);
  const [typedCode, setTypedCode] = useState('');
  const [checked, setChecked] = useState<CheckedCode | null>(null);
  const [typed, setTyped] = useState<TypedLine[]>([firstLine]);
  const [discount, setDiscount] = useState('');
  const [pointsPaid, setPointsPaid] = useState('');
  const [receiptNo, setReceiptNo] = useState(() => freshReceiptNo('SK'));
  const [receipts, setReceipts] = useState(readReceipts);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setBusy] = useState(false);

  const chosen = found?.coupons.filter((coupon) => claimIds.includes(coupon.claimId)) ?? [];
  const couponsTakeOff = couponDiscount(checked ? [...chosen, checked] : chosen, typed);
  const lines = saleLines(typed, wholeNumber(discount) + couponsTakeOff);
  const totalTwd = saleTotal(lines);
  const hint = memberHint(member.by, member.value);

  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    try {
      setOutcome({ isGood: true, text: await work() });
    } catch (error) {
      setOutcome({ isGood: false, error });
    } finally {
      setBusy(false);
    }
  };
  const sell = () =>
    attempt(async () => {
      const purchasedAt = businessInstant(at);
      const answer = await tillApi.sell(setup.apiKey, {
        storeCode,
        receiptNo,
        purchasedAt,
        channel,
        member: whoPays(),
        lines,
        totalTwd,
        pointsPaid: wholeNumber(pointsPaid),
        claimIds,
        couponCodes: checked ? [typedCode] : [],
      });
      const kept = {
        storeCode,
        receiptNo,
        purchasedAt,
        totalTwd,
        memberNo: answer.memberNo,
        isReturned: false,
      };
      setReceipts((all) => keepReceipts([kept, ...all]));
      setReceiptNo(freshReceiptNo('SK'));
      setClaimIds([]);
      setFound(null);
      setTypedCode('');
      setChecked(null);
      setDiscount('');
      setPointsPaid('');
      if (!answer.points) return words.till.soldWithoutMember;
      const { earned, availableOn, balance, bonuses } = answer.points;
      const gained =
        availableOn === null ? words.till.soldWithoutPoints : words.till.sold(earned, availableOn);
      const why =
        bonuses.length > 0 ? ` ${words.till.bonuses(bonuses.map(({ text }) => text[language]))}` : '';
      return `${gained}${why} ${words.till.balance(balance)}`;
    });
  const takeBack = (receipt: KeptReceipt) =>
    attempt(async () => {
      await tillApi.takeBack(setup.apiKey, {
        storeCode,
        purchaseStoreCode: receipt.storeCode,
        receiptNo: receipt.receiptNo,
        purchasedOn: businessDate(receipt.purchasedAt),
        returnNo: freshReceiptNo('RT'),
        returnedAt: businessInstant(at),
        full: true,
      });
      setReceipts((all) =>
        keepReceipts(
          all.map((each) => (each.receiptNo === receipt.receiptNo ? { ...each, isReturned: true } : each)),
        ),
      );
      return `${words.till.returned}：${receipt.receiptNo}`;
    });
  const lookUp = (by: MemberHint | null) =>
    attempt(async () => {
      if (!by) return '';
      setFound(null);
      setClaimIds([]);
      setFound(await tillApi.lookUp(setup.apiKey, by));
      return '';
    });
  const scan = () => {
    const memberCode = readMemberCode(phonePage.current);
    if (memberCode === null) return false;
    setMember({ by: 'memberCode', value: memberCode });
    void lookUp({ memberCode });
    return true;
  };
  /** A code tells whose coupon it is: the sale goes to that member. */
  const checkCode = () =>
    attempt(async () => {
      setChecked(null);
      const coupon = await tillApi.checkCode(setup.apiKey, { code: typedCode, storeCode });
      setChecked(coupon);
      if (found?.memberNo !== coupon.memberNo) {
        setMember({ by: 'memberNo', value: coupon.memberNo });
        setFound(null);
        setClaimIds([]);
      }
      return '';
    });
  /** A code lives for half a minute, ringing up takes longer: a till goes by the member whom the scan found. */
  const whoPays = () => (member.by === 'memberCode' && found ? { memberNo: found.memberNo } : hint);
  const redeem = (claimId: string) =>
    attempt(async () => {
      if (!found) return '';
      await tillApi.redeem(setup.apiKey, { memberNo: found.memberNo, claimId, storeCode, receiptNo });
      setFound({ ...found, coupons: found.coupons.filter((coupon) => coupon.claimId !== claimId) });
      setClaimIds((all) => all.filter((each) => each !== claimId));
      return words.till.redeemed;
    });

  return (
    <form
      className="till-desk"
      // What was refused is another thing now.
      onChange={() => setOutcome((last) => (last?.isGood === false ? null : last))}
      onSubmit={(event) => {
        event.preventDefault();
        void sell();
      }}
    >
      <div className="till-row">
        <label>
          {words.till.store}
          <select value={storeCode} onChange={(event) => setStore(event.target.value)}>
            {setup.stores.map((store) => (
              <option key={store.code} value={store.code}>
                {store.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.till.channel}
          <select
            value={channel}
            onChange={(event) => setChannel(event.target.value === 'online' ? 'online' : 'store')}
          >
            <option value="store">{words.till.channels.store}</option>
            <option value="online">{words.till.channels.online}</option>
          </select>
        </label>
      </div>
      <MemberBox
        member={member}
        setMember={(next) => {
          setMember(next);
          setFound(null);
          setClaimIds([]);
        }}
        found={found}
        claimIds={claimIds}
        setClaimIds={setClaimIds}
        phones={[...new Set(sms.map((message) => message.to))].slice(0, 8)}
        isBusy={isBusy}
        onLookUp={() => lookUp(hint)}
        onScan={scan}
        onRedeem={redeem}
      />
      <CodeBox
        typed={typedCode}
        setTyped={(next) => {
          setTypedCode(next);
          setChecked(null);
        }}
        checked={checked}
        isBusy={isBusy}
        onCheck={checkCode}
      />
      <SaleLines lines={typed} categories={setup.categories} setLines={setTyped} />
      <div className="till-row">
        <NumberField label={words.till.discount} value={discount} onChange={setDiscount} />
        <NumberField label={words.till.pointsPaid} value={pointsPaid} onChange={setPointsPaid} />
        <label className="wide">
          {words.till.receipt}
          <input value={receiptNo} required onChange={(event) => setReceiptNo(event.target.value)} />
        </label>
      </div>
      <div className="till-total">
        <span>{words.till.total}</span>
        <strong>NT${totalTwd.toLocaleString('en')}</strong>
        {couponsTakeOff > 0 && <span className="hint">{words.till.couponsTakeOff(couponsTakeOff)}</span>}
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? words.till.busy : words.till.sell}
        </button>
      </div>
      <TillOutcome outcome={outcome} />
      <Receipts receipts={receipts} isBusy={isBusy} onReturn={takeBack} />
    </form>
  );
}
