import { usePageLanguage, useWords } from '../words/words.tsx';
import type { LookedUpMember } from './till-api.ts';

type FoundMemberProps = {
  found: LookedUpMember;
  claimIds: string[];
  setClaimIds: (claimIds: string[]) => void;
  isBusy: boolean;
  onRedeem: (claimId: string) => void;
};

/** Whatever the API calls a tier, a title or a number of points, as one word in the page's language. */
function inAWord(value: unknown, language: string): string {
  if (typeof value === 'string' || typeof value === 'number') return value.toLocaleString('en');
  if (typeof value !== 'object' || value === null) return '—';
  for (const key of [language, 'zh-TW', 'name', 'title', 'active', 'balance', 'key']) {
    if (key in value) return inAWord((value as Record<string, unknown>)[key], language);
  }
  return JSON.stringify(value);
}

export function FoundMember({ found, claimIds, setClaimIds, isBusy, onRedeem }: FoundMemberProps) {
  const words = useWords();
  const language = usePageLanguage();
  const coupons = Array.isArray(found.coupons) ? found.coupons : [];
  return (
    <div className="found-member">
      <dl>
        <div>
          <dt>{words.till.memberBy.memberNo}</dt>
          <dd>{found.memberNo}</dd>
        </div>
        <div>
          <dt>{words.till.tier}</dt>
          <dd>{inAWord(found.tier, language)}</dd>
        </div>
        <div>
          <dt>{words.till.points}</dt>
          <dd>{inAWord(found.points, language)}</dd>
        </div>
      </dl>
      {coupons.length === 0 ? (
        <p className="hint">{words.till.noCoupons}</p>
      ) : (
        <ul className="till-coupons" aria-label={words.till.coupons}>
          {coupons.map((coupon) => (
            <li key={coupon.claimId}>
              <strong>
                {inAWord(coupon.title, language)}{' '}
                {typeof coupon.endsOn === 'string' && (
                  <span className="hint">{words.till.ends(coupon.endsOn)}</span>
                )}
              </strong>
              <label className="check">
                <input
                  type="checkbox"
                  checked={claimIds.includes(coupon.claimId)}
                  onChange={(event) =>
                    setClaimIds(
                      event.target.checked
                        ? [...claimIds, coupon.claimId]
                        : claimIds.filter((each) => each !== coupon.claimId),
                    )
                  }
                />
                {words.till.useWithSale}
              </label>
              <button
                type="button"
                className="quiet"
                disabled={isBusy}
                onClick={() => onRedeem(coupon.claimId)}
              >
                {words.till.redeemNow}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
