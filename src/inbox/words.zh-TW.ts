import { han } from '#foundation/han-spacing-rules.ts';
import type { BrandPolicy } from '../foundation/brand.ts';

/** Typed commands and the forms that people really use; wrong forms are accepted and never echoed. */
export const keywordsZhTW = {
  bind: ['綁定會員', '綁定', '加入會員', '入會', '註冊', '會員註冊', '我要綁定', '邦定會員'],
  card: ['會員卡', '會員', '我的會員', '我的會員卡', '會員資料'],
  code: ['會員碼', '條碼', '出示會員碼', '會員條碼'],
  points: ['點數', '查點數', '紅利', '積分', '我的點數', '點數查詢', '紅利點數'],
  why: ['為什麼', '為什麼是這個數字', '為什麼是這個等級', '怎麼算的'],
  coupons: ['優惠券', '優惠卷', '折價券', '折價卷', '領券', '領優惠券', '優惠'],
  my_coupons: ['我的優惠券', '我的優惠卷', '票匣', '我的券', '我的折價券'],
  invite: ['邀請好友', '邀請', '推薦', '邀請碼', '推薦好友'],
  stores: ['門市', '分店', '店家', '地址', '營業時間', '門市資訊'],
  returns: ['退換貨', '退貨', '換貨', '退款', '鑑賞期', '退換'],
  rules: ['會員規則', '規則', '會員辦法', '會員規章', '點數規則', '等級規則'],
  help: ['說明', '選單', '功能', '幫助', '?', '？', '怎麼用'],
  less: ['少一點', '少傳', '太多了'],
  stop: ['停止', '退訂', '取消訂閱', '不要再傳', '別再傳'],
  resume: ['恢復', '繼續收', '重新訂閱'],
  agent: ['真人', '客服', '人工', '店員', '真人客服'],
  unbind: ['解除綁定', '解綁', '取消綁定', '退會'],
  settings: ['訊息設定', '設定'],
  resend: ['重寄', '重寄驗證碼'],
  change_phone: ['改手機', '改手機號碼', '更改手機', '修改手機'],
  change_birthday: ['改生日', '更改生日', '修改生日', '變更生日'],
  cancel_bind: ['先不綁定', '不綁定'],
  back: ['上一步', '回上一步', '上一個', '返回'],
  lang_zh: ['中文', '繁體中文'],
  lang_en: [],
  lang_ja: [],
  yes: ['是', '好', '確定', '對', '好的', '是的'],
  no: ['不要', '取消', '不', '否', '不是', '不改'],
} as const satisfies Record<string, readonly string[]>;

/** Each sign of these keywords as it is simplified, and as it stands above. */
export const keywordsSimplified =
  '绑綁会會员員注註册冊资資码碼条條点點数數红紅积積询詢为為么麼这這个個级級优優价價领領请請荐薦门門营營业業时時间間讯訊换換货貨鉴鑑赏賞规規则則办辦说說选選单單帮幫传傳订訂阅閱别別复復继繼续續设設验驗证證机機号號变變体體确確对對后後';

export type Keywords = Record<keyof typeof keywordsZhTW, readonly string[]>;

export const zhTW = {
  groupNotice: (brand: string) => han`會員資料請到和 ${brand} 的一對一聊天查詢，這裡不顯示個人資料。`,
  notDone: (address: BrandPolicy['address']) =>
    `抱歉，剛才沒有完成，${address === 'formal' ? '您' : '你'}的點數和優惠券沒有變動。請 1 分鐘後再試一次，還是不行請輸入「真人」。`,
  points: () => '點數',
  agent: () => '真人',
  openChat: () => '開啟一對一聊天',
};

export type InboxWords = typeof zhTW;
