import type { messagingApi } from '@line/bot-sdk';
import { createFlexKit, flexMessage } from '#line/flex.ts';
import { drawTicket } from '#line/flex-ticket.ts';
import { derivePalette } from '#line/palette-rules.ts';

const kit = createFlexKit(derivePalette('#0F5B4F'));
const { text } = kit;

const go = (label: string) => ({ type: 'postback' as const, label, data: `go:${label}`, displayText: label });

/** Points and tier, as a member sees them first. */
export function memberCard(): messagingApi.Message {
  const card = kit.bubble('mega', {
    header: kit.header(
      [
        kit.baseline([
          text('島嶼選品', { size: 'sm', tone: 'white', wrap: false, flex: 1 }),
          text('金卡', { size: 'sm', tone: 'white', bold: true, flex: 0, align: 'end', wrap: false }),
        ]),
        text('陳怡君', { size: 'lg', bold: true, tone: 'white', wrap: false }),
        text('末四碼 1234', { size: 'xs', tone: 'white', wrap: false }),
      ],
      '#7A5B12',
    ),
    body: kit.body([
      text('可用點數', { size: 'sm', tone: 'muted' }),
      kit.baseline([
        text('1,280', { size: '3xl', bold: true, tone: 'brandInk', wrap: false, flex: 0 }),
        text('點', { size: 'md', flex: 0 }),
      ]),
      text('另有 42 點，12 月 3 日（四）入帳', { size: 'sm' }),
      text('200 點到 12 月 31 日（四）為止', { size: 'sm', tone: 'alert' }),
      kit.separator(16),
      text('再消費 NT$8,200，就能續留金卡到 2027 年 11 月。', { size: 'sm', margin: 16 }),
      kit.progressBar(0.73),
    ]),
    footer: kit.footer(kit.buttons([go('出示會員碼'), go('我的優惠券'), go('點數明細')])),
  });
  return flexMessage('會員卡：等級、點數和優惠券', card);
}

/** Tickets side by side, the last one spent. */
export function couponCarousel(): messagingApi.Message {
  return flexMessage('可以領的優惠券 3 張：滿千折百 等', [
    drawTicket(kit, {
      pictureUrl: 'https://shuke.example/media/leaves',
      value: 'NT$100',
      title: '滿千折百，會員專屬',
      condition: '滿 NT$1,000，三家門市都能用',
      end: '可用到 2026/12/31（含當天）',
      actions: [go('領取'), go('怎麼用')],
    }),
    drawTicket(kit, {
      pictureUrl: 'https://shuke.example/media/hills',
      value: '85 折',
      title: '生日月選品，任選一件',
      condition: '不與其他優惠併用',
      end: '可用到 2026/11/29（含當天）',
      endsSoon: '還有 7 天',
      actions: [go('出示會員碼'), go('怎麼用')],
    }),
    drawTicket(kit, {
      pictureUrl: 'https://shuke.example/media/leaves',
      value: '贈品：原木杯墊一組',
      title: '見面禮',
      condition: '限信義店',
      end: '可用到 2026/11/01（含當天）',
      spent: '已使用',
      actions: [],
    }),
  ]);
}

const history = [
  ['11 月 20 日', '信義店消費', '+12'],
  ['11 月 18 日', '網路商店購買，含季節限定禮盒與加購', '+35'],
  ['11 月 15 日', '退貨扣回', '−8'],
  ['11 月 2 日', '折抵', '−50'],
  ['10 月 28 日', '邀請好友', '+100'],
  ['10 月 1 日', '到期', '−20'],
] as const;

/** The last entries with their reasons. */
export function pointsHistory(): messagingApi.Message {
  const figure = (label: string, value: string) =>
    kit.column(
      [text(label, { size: 'xs', tone: 'muted' }), text(value, { size: 'lg', bold: true, wrap: false })],
      {
        flex: 1,
        spacing: 2,
      },
    );
  const card = kit.bubble('mega', {
    header: kit.header(
      [kit.row([figure('可用', '1,280'), figure('待入帳', '42'), figure('將到期', '200')])],
      kit.palette.brandTint,
    ),
    body: kit.body(
      history.map(([date, reason, amount]) =>
        kit.row([
          kit.column([text(date, { size: 'xs', tone: 'muted' })], { width: 76, flex: 0 }),
          text(reason, { size: 'sm', flex: 1, wrap: false }),
          text(amount, { size: 'sm', bold: true, flex: 0, align: 'end', wrap: false }),
        ]),
      ),
    ),
    footer: kit.footer([kit.linkButton(go('為什麼是這個數字'))]),
  });
  return flexMessage('點數明細：最近 6 筆', card);
}

/** A card to send on: a share link, the code to copy. */
export function invitation(): messagingApi.Message {
  const shared = '送您 100 點見面禮，加入時輸入 K7M2XQ9A';
  const card = kit.bubble('mega', {
    header: kit.header([text('邀請好友，兩人都有禮', { size: 'lg', bold: true, tone: 'onBrand' })]),
    body: kit.body([
      text('朋友加入會員就有 100 點。', { size: 'sm' }),
      text('朋友第一次消費滿 7 天沒有退貨，您也有 100 點。', { size: 'sm' }),
      kit.tintBox([
        text('邀請碼', { size: 'xs', tone: 'muted', align: 'center' }),
        text('K7M2XQ9A', { size: 'xxl', bold: true, align: 'center', wrap: false }),
      ]),
      text('已加入 2 位，等待中 1 位', { size: 'sm', tone: 'muted', margin: 16 }),
    ]),
    footer: kit.footer([
      kit.primaryButton({
        type: 'uri',
        label: '轉傳給朋友',
        uri: `https://line.me/R/share?text=${encodeURIComponent(shared)}`,
      }),
      kit.linkButton({ type: 'clipboard', label: '複製邀請碼', clipboardText: 'K7M2XQ9A' }),
    ]),
  });
  return flexMessage('邀請好友：兩個人都會收到 100 點', card);
}
