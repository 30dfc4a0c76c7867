/** Two ways to say the same: they come in turn, so that nobody reads one twice in a row. */
export type InTurn<Said = string> = readonly [Said, Said];

export const zhTW = {
  phone: {
    noNumber: (): InTurn => [
      '這句話裡沒看到手機號碼。請輸入 09 開頭的 10 位數字，例如 0912345678。',
      '這一步在等手機號碼，例如 0912345678。想問別的請輸入「真人」，不想綁定請輸入「先不綁定」。',
    ],
    moreThanNumber: (): InTurn => [
      '號碼旁邊還有別的字，認不出是哪支手機。請只輸入號碼，例如 0912345678。',
      '還是連著別的字。請單獨輸入手機號碼，例如 0912345678。',
    ],
    wrongLength: (digits: number): InTurn => [
      `收到 ${digits} 位數字，手機是 09 開頭的 10 位數字，例如 0912345678。`,
      `手機號碼要 10 位數字，這次是 ${digits} 位。請從 09 開始再輸入一次。`,
    ],
    notMobile: (): InTurn => [
      '這個號碼看起來不是手機。請輸入 09 開頭的 10 位數字，例如 0912345678。',
      '手機號碼都是 09 開頭，這個號碼不是。請換一個，例如 0912345678。',
    ],
    landline: (prefix: string): InTurn => [
      `${prefix} 開頭是市話，收不到簡訊，請改用手機號碼。`,
      `驗證碼用簡訊寄，${prefix} 開頭的市話收不到。請輸入 09 開頭的手機號碼。`,
    ],
    foreign: (): InTurn => [
      '國外的號碼收不到這裡的簡訊。請輸入 09 開頭的台灣手機，例如 0912345678。',
      '驗證碼只寄到台灣的手機。沒有 09 開頭的號碼，請到門市或輸入「真人」。',
    ],
    /** Behind the others, where numbers of other countries are taken. */
    abroad: () => '國外手機請加國碼，例如 +81 90 1234 5678。',
    sendsUsed: (): InTurn => [
      '今天的驗證碼寄送次數用完了。請明天再試，或到門市請店員協助。',
      '今天的次數還是用完的，明天再輸入「綁定會員」就可以，門市店員也能協助。',
    ],
    noStepBefore: (): InTurn => [
      '這裡就是第 1 步，前面沒有了。請輸入手機號碼，例如 0912345678。',
      '已經回到最前面。要接著做請輸入手機號碼，不想綁定請輸入「先不綁定」。',
    ],
  },
  code: {
    noCode: (): InTurn => [
      '這句話裡沒看到驗證碼。請輸入簡訊裡的 6 位數字，沒收到請點「重寄驗證碼」。',
      '這一步在等簡訊裡的 6 位數字。想問別的請輸入「真人」，不想綁定請輸入「先不綁定」。',
    ],
    wrongLength: (digits: number): InTurn => [
      `收到 ${digits} 位數字，驗證碼是 6 位。請看最新的那封簡訊。`,
      `驗證碼要 6 位數字，這次是 ${digits} 位。請照簡訊再輸入一次。`,
    ],
    notReceived: (tail: string): InTurn => [
      '簡訊有時要等 1 到 2 分鐘，也請看看垃圾簡訊匣。還是沒有，可以重寄一次。',
      `簡訊是寄到尾碼 ${tail} 的手機。號碼不對請點「改手機號碼」，對的話請點「重寄驗證碼」。`,
    ],
    smsIsDown: (): InTurn => [
      '抱歉，簡訊現在寄不出去。請 10 分鐘後再點「重寄驗證碼」。',
      '抱歉，簡訊還沒恢復，不是手機的問題。請過 10 分鐘再點「重寄驗證碼」。',
    ],
    expired: (): InTurn => [
      '這組驗證碼超過 5 分鐘了，再寄一組新的就好。',
      '這組驗證碼的時間已經過了，請點「重寄驗證碼」換一組。',
    ],
    triesUsed: (): InTurn => [
      '試了 5 次都對不上，這組驗證碼先停用。請重寄一組再輸入。',
      '這組驗證碼已經停用，再輸入也不會通過。請點「重寄驗證碼」換一組。',
    ],
    sendsUsed: (tail: string): InTurn => [
      `今天的驗證碼寄完了，最後寄到尾碼 ${tail} 的那一組還可以用，請輸入那 6 位數字。`,
      `不能再寄了，請看最後一封簡訊（尾碼 ${tail}）。過期了請明天再試，或到門市請店員幫忙。`,
    ],
    resent: (tail: string): InTurn => [
      `第 2 步，共 4 步：新的一組驗證碼已寄往尾碼 ${tail} 的手機，請在 5 分鐘內輸入最新的 6 位數字。`,
      `第 2 步，共 4 步：又寄了一組到尾碼 ${tail} 的手機，前面的不能用了。請在 5 分鐘內輸入新的 6 位數字。`,
    ],
  },
  birthday: {
    notADay: (): InTurn => [
      '看不出這是哪一天。請輸入生日的月和日，例如 2/29，或點下面的月份。',
      '這一步在等生日，例如 2 月 29 日。想問別的請輸入「真人」，不想綁定請輸入「先不綁定」。',
    ],
    notANewDay: (): InTurn => [
      '看不出這是哪一天。請輸入新生日的月和日，例如 2/29，或點下面的月份。',
      '這裡在等新的生日，例如 2 月 29 日。想問別的請輸入「真人」，不想改請輸入「不改」。',
    ],
    notADayOfMonth: (monthName: string, lastDay: number): InTurn => [
      `看不出是 ${monthName}的哪一天。請輸入 1 到 ${lastDay} 的數字。`,
      `還差 ${monthName}的日子，只要數字就好，例如 ${lastDay}。月份不對請點別的月份。`,
    ],
    noSuchMonth: (month: number): InTurn => [
      `一年只有 12 個月，沒有 ${month} 月。請輸入月和日，例如 2/29。`,
      `月份是 1 到 12，${month} 不在裡面。請再看一次，或點下面的月份。`,
    ],
    noSuchDay: (monthName: string, day: number, lastDay: number): InTurn => [
      `${monthName}沒有 ${day} 日，請再輸入一次，例如 2/29。`,
      `${monthName}是 1 到 ${lastDay} 日，${day} 日不在裡面。請再看一次日期。`,
    ],
    noSuchDayInYear: (year: string, monthName: string, lastDay: number): InTurn => [
      `${year}的 ${monthName}只有 ${lastDay} 天，請再看一次。`,
      `${year}的 ${monthName}到 ${lastDay} 日為止。年份或日子有一個要再核對。`,
    ],
    future: (): InTurn => [
      '這一天還沒到，請再看一次年份。',
      '生日要是過去的日子。請核對年份，或只輸入月和日，例如 2/29。',
    ],
    oddYear: (year: number): InTurn => [
      `年份讀成 ${year} 年，請再看一次。只輸入月和日也可以，例如 2/29。`,
      `${year} 年離現在太遠了。請核對年份，或只輸入月和日，例如 2/29。`,
    ],
    echo: (birthday: string): InTurn => [
      `還沒確認生日是不是 ${birthday}。對的話輸入「對」，不對請輸入正確的日期。`,
      `生日 ${birthday}要先核對：輸入「對」就往下，或點「改生日」重填。`,
    ],
    confirm: (birthday: string): InTurn => [
      `生日還沒改。要改成 ${birthday}，請輸入「是」；不改請輸入「不改」。`,
      `只差確認：輸入「是」就改成 ${birthday}，輸入「不改」就維持原樣。`,
    ],
  },
  agreement: {
    consent: (): InTurn => [
      '看不出是不是同意。請點下面的按鈕，或輸入「同意」，不想綁定請輸入「先不綁定」。',
      '綁定還差同意這一步，輸入「同意」就接著做。手機或生日要改，請點「改資料」。',
    ],
    guardian: (): InTurn => [
      '還需要監護人同意。請一起看過條款，再點「監護人已同意」或輸入「是」。',
      '這一步由監護人決定：同意請輸入「是」，不同意請輸入「先不綁定」。',
    ],
    move: (): InTurn => [
      '看不出要不要改綁。改綁到這裡請輸入「是」，維持原樣請輸入「不要」。',
      '會員卡還在另一個 LINE。輸入「是」才會改綁，輸入「不要」就維持原樣。',
    ],
  },
};

export type RefusalWords = typeof zhTW;
