import { z } from 'zod';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { formatChange, formatPoints, type Locale } from '#foundation/i18n.ts';
import { refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { readPerson } from '../../members/person-reads.ts';
import type { ApprovalKind } from '../../staff/approvals/approval-kind-rules.ts';
import { readPoints } from '../points-reads.ts';
import { adjustPoints } from './adjust-points.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type AdjustmentWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, AdjustmentWords> = { 'zh-TW': zhTW, en, ja };

const request = z.object({ memberId: z.int().positive(), points: z.int() });

/** A change of a member's points that one person may not make alone. */
export const pointsAdjustment: ApprovalKind<z.infer<typeof request>> = {
  kind: 'points.adjustment',
  permission: 'points.adjust',
  schema: request,
  memberIdOf: ({ memberId }) => memberId,
  async describe(db, { memberId, points }, { locale, now }) {
    const words = wordsOf[locale];
    const person = await readPerson(db, memberId);
    if (!person) return { text: words.gone(), lines: [] };
    const { zone } = await readPolicy(db, brandPolicy, now);
    const { active, debt } = await readPoints(db, person.memberId, dateInZone(now, zone));
    const after = points > 0 ? active + Math.max(0, points - debt) : active + points;
    const labels = words.labels();
    const say = points > 0 ? words.give : words.take;
    return {
      text: say(person.memberNo, formatPoints(locale, Math.abs(points))),
      lines: [
        { label: labels.member, value: person.memberNo },
        { label: labels.before, value: formatPoints(locale, active) },
        ...(debt > 0 ? [{ label: labels.debt, value: formatPoints(locale, debt) }] : []),
        { label: labels.change, value: formatChange(points) },
        { label: labels.after, value: formatPoints(locale, after) },
      ],
    };
  },
  async carryOut(tx, { memberId, points }, { approvalId, askedById, reason, storeId, now, actor }) {
    const person = await readPerson(tx, memberId);
    if (!person) return refuse('unknown_member', { message: 'This member is gone' });
    const adjusted = await adjustPoints(tx, {
      memberId: person.memberId,
      points,
      key: `approval:${approvalId}`,
      reason,
      storeId,
      approval: { approvalId, askedById },
      now,
      actor,
    });
    if (adjusted.ok) return { ok: true };
    return refuse(adjusted.reason, { message: `The member can use ${adjusted.held} points now` });
  },
};
