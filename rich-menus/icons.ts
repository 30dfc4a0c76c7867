/**
 * Line icons as SVG paths in a box of 220 × 220, to be stroked with a line of 14 (round ends and joins).
 * `dots` are filled instead.
 */
export type Icon = { lines: string; dots?: string };

const circle = (x: number, y: number, radius: number) =>
  `M${x - radius} ${y} a${radius} ${radius} 0 1 0 ${2 * radius} 0 a${radius} ${radius} 0 1 0 ${-2 * radius} 0 Z`;

const roundedBox = (x: number, y: number, width: number, height: number, r: number) =>
  `M${x + r} ${y} h${width - 2 * r} a${r} ${r} 0 0 1 ${r} ${r} v${height - 2 * r} a${r} ${r} 0 0 1 ${-r} ${r} ` +
  `h${2 * r - width} a${r} ${r} 0 0 1 ${-r} ${-r} v${2 * r - height} a${r} ${r} 0 0 1 ${r} ${-r} Z`;

const ticketEdge =
  'M28 48 H192 a18 18 0 0 1 18 18 V84 a26 26 0 0 0 0 52 V154 a18 18 0 0 1 -18 18 H28 a18 18 0 0 1 -18 -18 ' +
  'V136 a26 26 0 0 0 0 -52 V66 a18 18 0 0 1 18 -18 Z';

const star = (x: number, y: number, outer: number, inner: number) =>
  `${Array.from({ length: 10 }, (_, point) => {
    const radius = point % 2 === 0 ? outer : inner;
    const angle = (point * Math.PI) / 5 - Math.PI / 2;
    return `${point === 0 ? 'M' : 'L'}${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`;
  }).join(' ')} Z`;

export const icons = {
  gift: {
    lines: [
      roundedBox(16, 70, 188, 44, 10),
      'M32 114 V190 a14 14 0 0 0 14 14 H174 a14 14 0 0 0 14 -14 V114',
      'M110 70 V204',
      'M110 70 C88 70 52 62 52 38 C52 20 70 12 84 20 C102 30 110 52 110 70',
      'M110 70 C132 70 168 62 168 38 C168 20 150 12 136 20 C118 30 110 52 110 70',
    ].join(' '),
  },
  ticket: {
    lines: `${ticketEdge} M144 76 v8 M144 106 v8 M144 136 v8 M56 96 H106 M56 126 H88`,
  },
  ticketPlus: { lines: `${ticketEdge} M110 80 V140 M80 110 H140` },
  shopfront: {
    lines: [
      'M42 22 H178 L208 78 M42 22 L12 78 M12 78 H208',
      'M12 78 a24.5 24.5 0 0 0 49 0 a24.5 24.5 0 0 0 49 0 a24.5 24.5 0 0 0 49 0 a24.5 24.5 0 0 0 49 0',
      'M30 122 V200 H190 V122',
      'M120 200 V146 h38 V200',
      'M58 146 h32 v22 h-32 Z',
    ].join(' '),
  },
  question: {
    lines: `${circle(110, 110, 96)} M80 86 a30 30 0 1 1 44 26.5 c-10 5.500 -14 11 -14 23`,
    dots: circle(110, 162, 10),
  },
  qrFrame: {
    lines: [
      'M12 60 V32 a20 20 0 0 1 20 -20 H60 M160 12 H188 a20 20 0 0 1 20 20 V60',
      'M208 160 V188 a20 20 0 0 1 -20 20 H160 M60 208 H32 a20 20 0 0 1 -20 -20 V160',
      'M54 54 h40 v40 h-40 Z M126 54 h40 v40 h-40 Z M54 126 h40 v40 h-40 Z',
    ].join(' '),
    dots: [
      'M119 119 h20 v20 h-20 Z M153 119 h20 v20 h-20 Z M136 136 h20 v20 h-20 Z',
      'M119 153 h20 v20 h-20 Z M153 153 h20 v20 h-20 Z',
    ].join(' '),
  },
  coin: {
    lines: [
      circle(110, 98, 84),
      'M26 104 V122 a84 84 0 0 0 168 0 V104',
      'M90 142 V56 H116 a27 27 0 0 1 0 54 H90',
    ].join(' '),
  },
  twoPeople: {
    lines: [
      circle(84, 70, 38),
      'M12 196 V186 a54 54 0 0 1 54 -54 H102 a54 54 0 0 1 54 54 V196',
      'M142 34 a38 38 0 0 1 0 72',
      'M168 136 a54 54 0 0 1 40 52 V196',
    ].join(' '),
  },
  boxWithArrow: {
    lines: [
      'M24 72 L52 24 H168 L196 72',
      'M24 72 H196 V186 a14 14 0 0 1 -14 14 H38 a14 14 0 0 1 -14 -14 Z',
      'M92 98 L66 124 L92 150 M66 124 H132 a23 23 0 0 1 0 46 H112',
    ].join(' '),
  },
  headset: {
    lines: [
      'M22 132 V104 a88 88 0 0 1 176 0 V132',
      roundedBox(22, 116, 36, 62, 16),
      roundedBox(162, 116, 36, 62, 16),
      'M180 178 a28 28 0 0 1 -28 26 H122',
    ].join(' '),
  },
  sliders: {
    lines: [
      `M12 48 H112 M160 48 H208 ${circle(136, 48, 24)}`,
      `M12 110 H44 M92 110 H208 ${circle(68, 110, 24)}`,
      `M12 172 H126 M174 172 H208 ${circle(150, 172, 24)}`,
    ].join(' '),
  },
  card: { lines: `${roundedBox(10, 40, 200, 140, 20)} M10 88 H210 M42 140 H96 M150 140 H172` },
  personWithStar: {
    lines: [circle(92, 62, 42), 'M14 198 V190 a56 56 0 0 1 56 -56 H92', star(158, 152, 50, 22)].join(' '),
  },
  crown: {
    lines: `M16 62 L62 104 L110 34 L158 104 L204 62 L184 158 H36 Z M36 194 H184`,
  },
} satisfies Record<string, Icon>;

/** The icon of a tile, by the label that it explains. */
export const iconOfLabel: Readonly<Record<string, Icon>> = {
  '綁定會員，領見面禮': icons.gift,
  綁定會員: icons.gift,
  優惠券: icons.ticket,
  門市: icons.shopfront,
  說明: icons.question,
  出示會員碼: icons.qrFrame,
  點數: icons.coin,
  我的優惠券: icons.ticket,
  領優惠券: icons.ticketPlus,
  邀請好友: icons.twoPeople,
  退換貨: icons.boxWithArrow,
  真人: icons.headset,
  訊息設定: icons.sliders,
  會員卡: icons.card,
  我的顧問: icons.personWithStar,
  等級禮遇: icons.crown,
};
