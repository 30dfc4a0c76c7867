import type { CouponDefinition } from '../../features/coupons/coupon-definition-rules.ts';

/** The brand of the demo: a tea house that also sells what makes a home. */
export const demoBrandName = '日日好茶';
export const demoOwnerName = '陳老闆';

export const demoStores = [
  {
    code: 'XINYI',
    name: '信義店',
    address: '台北市信義區松壽路 12 號',
    phone: '02-2345-6789',
    openingHours: '11:00–21:30',
    closedDays: null,
  },
  {
    code: 'QINMEI',
    name: '勤美店',
    address: '台中市西區公益路 68 號',
    phone: '04-2328-1000',
    openingHours: '11:00–21:30',
    closedDays: '每月第一個週一公休',
  },
  {
    code: 'ZHENGXING',
    name: '正興店',
    address: '台南市中西區正興街 90 號',
    phone: '06-221-5678',
    openingHours: '10:00–19:00',
    closedDays: '週一公休',
  },
] as const;

export type Product = { sku: string; name: string; priceTwd: number };

/** Eight categories; the first few sell most. */
export const demoCategories: readonly { name: string; weight: number; products: readonly Product[] }[] = [
  {
    name: '茶葉',
    weight: 8,
    products: [
      { sku: 'TEA-ALI', name: '阿里山高山烏龍', priceTwd: 680 },
      { sku: 'TEA-OOL', name: '凍頂烏龍', priceTwd: 520 },
      { sku: 'TEA-HNG', name: '日月潭紅玉紅茶', priceTwd: 560 },
      { sku: 'TEA-BAO', name: '文山包種', priceTwd: 480 },
    ],
  },
  {
    name: '點心',
    weight: 6,
    products: [
      { sku: 'SNK-PIN', name: '土鳳梨酥禮盒', priceTwd: 420 },
      { sku: 'SNK-MOC', name: '芝麻麻糬', priceTwd: 180 },
      { sku: 'SNK-NUT', name: '海鹽綜合堅果', priceTwd: 260 },
    ],
  },
  {
    name: '茶器',
    weight: 4,
    products: [
      { sku: 'WAR-CUP', name: '手拉坯品茗杯', priceTwd: 780 },
      { sku: 'WAR-POT', name: '朱泥小壺', priceTwd: 2_680 },
      { sku: 'WAR-COL', name: '冷泡茶瓶', priceTwd: 590 },
    ],
  },
  {
    name: '香氛',
    weight: 4,
    products: [
      { sku: 'SCT-CAN', name: '檜木香氛蠟燭', priceTwd: 880 },
      { sku: 'SCT-DIF', name: '茶香擴香瓶', priceTwd: 1_280 },
    ],
  },
  {
    name: '餐廚',
    weight: 3,
    products: [
      { sku: 'KIT-BWL', name: '霧面飯碗兩入', priceTwd: 640 },
      { sku: 'KIT-BRD', name: '相思木砧板', priceTwd: 1_180 },
    ],
  },
  {
    name: '寢具',
    weight: 2,
    products: [
      { sku: 'BED-PIL', name: '茶籽枕', priceTwd: 1_680 },
      { sku: 'BED-BLK', name: '水洗棉薄毯', priceTwd: 2_280 },
    ],
  },
  {
    name: '文具',
    weight: 2,
    products: [
      { sku: 'PAP-NOT', name: '手帳', priceTwd: 450 },
      { sku: 'PAP-CRD', name: '節氣明信片', priceTwd: 120 },
    ],
  },
  {
    name: '植栽',
    weight: 1,
    products: [
      { sku: 'PLT-FRN', name: '山蘇盆栽', priceTwd: 520 },
      { sku: 'PLT-MOS', name: '苔玉', priceTwd: 680 },
    ],
  },
];

/**
 * Coupons to claim, of every kind: plain, for a category, online, few, for points, for tiers, and one that begins
 * later.
 */
export function demoCoupons(starts: { later: string }): CouponDefinition[] {
  const plain = { minSpendTwd: 0, isClaimable: true, perMember: 1, validDays: 30 };
  return [
    {
      ...plain,
      key: 'thousand-hundred',
      title: { 'zh-TW': '滿千折百', en: 'NT$100 off NT$1,000', ja: 'NT$1,000以上でNT$100 OFF' },
      reward: { kind: 'amount_off', amountTwd: 100 },
      minSpendTwd: 1_000,
    },
    {
      ...plain,
      key: 'tea-15',
      title: { 'zh-TW': '茶葉 85 折', en: '15% off tea', ja: '茶葉15%OFF' },
      reward: { kind: 'percent_off', percent: 15, maxTwd: 300 },
      categories: ['茶葉'],
    },
    {
      ...plain,
      key: 'free-shipping',
      title: { 'zh-TW': '網購免運', en: 'Free shipping', ja: 'オンライン送料無料' },
      reward: { kind: 'free_shipping' },
      channels: ['online'],
      minSpendTwd: 500,
    },
    {
      ...plain,
      key: 'first-five',
      title: { 'zh-TW': '冷泡茶瓶 5 折', en: '50% off cold brew bottles', ja: '水出しボトル50%OFF' },
      reward: { kind: 'percent_off', percent: 50 },
      categories: ['茶器'],
      storeCodes: ['XINYI'],
      quota: 3,
    },
    {
      ...plain,
      key: 'points-cup',
      title: { 'zh-TW': '品茗杯一個', en: 'A tea cup', ja: '茶杯1客' },
      reward: {
        kind: 'gift',
        name: { 'zh-TW': '手拉坯品茗杯', en: 'Hand-thrown tea cup', ja: '手びねりの茶杯' },
      },
      channels: ['store'],
      pointsPrice: 300,
      perMember: 2,
    },
    {
      ...plain,
      key: 'silver-sampler',
      title: { 'zh-TW': '銀卡茶包組', en: 'Silver tea sampler', ja: 'シルバー会員ティーセット' },
      reward: {
        kind: 'gift',
        name: { 'zh-TW': '四季茶包組', en: 'Four-season tea bags', ja: '四季のティーバッグ' },
      },
      tierKeys: ['silver', 'gold'],
    },
    {
      ...plain,
      key: 'gold-200',
      title: { 'zh-TW': '金卡折 NT$200', en: 'Gold: NT$200 off', ja: 'ゴールド会員NT$200 OFF' },
      reward: { kind: 'amount_off', amountTwd: 200 },
      minSpendTwd: 1_000,
      tierKeys: ['gold'],
    },
    {
      ...plain,
      key: 'weekend',
      title: { 'zh-TW': '週末點心 9 折', en: 'Weekend snacks: 10% off', ja: '週末のお菓子10%OFF' },
      reward: { kind: 'percent_off', percent: 10 },
      categories: ['點心'],
      claimFrom: starts.later,
    },
  ];
}

export const surnames = [...'陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高'];
export const givenNames = [
  ...[
    '怡君',
    '志豪',
    '雅婷',
    '俊傑',
    '家豪',
    '淑芬',
    '欣怡',
    '宗翰',
    '雅雯',
    '承恩',
    '詩涵',
    '冠宇',
    '佳穎',
    '柏翰',
  ],
  ...[
    '宜蓁',
    '品妍',
    '建宏',
    '美玲',
    '子晴',
    '彥廷',
    '惠如',
    '明哲',
    '思妤',
    '育誠',
    '婉婷',
    '哲瑋',
    '筱涵',
    '文雄',
  ],
];
