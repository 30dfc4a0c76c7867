import type { messagingApi } from '@line/bot-sdk';
import type { FlexKit } from './flex.ts';
import type { LabelledAction } from './flex-actions.ts';

/** A coupon as a card. All words are ready to show. */
export type Ticket = {
  pictureUrl?: string;
  /** "金卡專屬"; in a carousel all or none, so that the rows stay level */
  kicker?: string;
  /** The one big thing: "NT$100", "85 折" */
  value: string;
  title: string;
  condition?: string;
  /** "可用到 2026/12/31（含當天）" */
  end: string;
  /** "還有 7 天": only when the end is near */
  endsSoon?: string;
  /** "已使用", "已結束": the ticket turns grey and loses its buttons */
  spent?: string;
  /** The first is the likeliest. */
  actions: readonly LabelledAction[];
};

/** A kilo card; LINE reads it aloud in this order: value, title, condition, end, buttons. */
export function drawTicket(kit: FlexKit, ticket: Ticket): messagingApi.FlexBubble {
  const gone = ticket.spent !== undefined;
  const tone = gone ? 'muted' : 'text';
  const sheet = gone ? kit.palette.spent : kit.palette.white;
  const lines = [
    ...(ticket.kicker
      ? [kit.text(ticket.kicker, { size: 'xs', bold: true, tone: gone ? 'muted' : 'brandInk' })]
      : []),
    kit.text(ticket.value, { size: 'xxl', bold: true, shrink: true, tone }),
    kit.text(ticket.title, { bold: true, maxLines: 2, tone }),
    ...(ticket.condition ? [kit.text(ticket.condition, { size: 'sm', tone: 'muted', maxLines: 2 })] : []),
    kit.separator(),
    kit.text(ticket.end, { size: 'sm', margin: 16, tone: ticket.endsSoon && !gone ? 'alert' : tone }),
    ...(ticket.endsSoon && !gone
      ? [kit.text(ticket.endsSoon, { size: 'sm', bold: true, tone: 'alert' })]
      : []),
  ];
  const footer = gone
    ? [kit.text(ticket.spent as string, { bold: true, tone: 'muted', align: 'center' })]
    : kit.buttons(ticket.actions);
  return kit.bubble('kilo', {
    ...(ticket.pictureUrl && { hero: kit.hero(ticket.pictureUrl) }),
    body: kit.body(lines, sheet),
    ...(footer.length > 0 && { footer: kit.footer(footer, sheet) }),
  });
}

/** The last card of a carousel that could not show all. */
export function drawMoreCard(kit: FlexKit, action: LabelledAction): messagingApi.FlexBubble {
  const body = kit.body([kit.linkButton(action)]);
  return kit.bubble('kilo', { body: { ...body, justifyContent: 'center' } });
}
