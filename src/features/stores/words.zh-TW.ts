/** `count` is ready to show: "3 家門市". */
export const zhTW = {
  found: (count: string) => `${count}都在這裡。`,
  none: () => '門市資料還沒放上來。想問門市請輸入「真人」。',
  map: () => '看地圖',
  call: () => '打電話',
  more: () => '看更多',
  agent: () => '真人',
};

export type StoresWords = typeof zhTW;
