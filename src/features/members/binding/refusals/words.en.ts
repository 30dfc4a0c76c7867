import type { RefusalWords } from './words.zh-TW.ts';

const digitsOf = (digits: number) => (digits === 1 ? '1 digit' : `${digits} digits`);

export const en: RefusalWords = {
  phone: {
    noNumber: () => [
      'There is no mobile number in that. Type 10 digits starting with 09, e.g. 0912345678.',
      'This step waits for your mobile number, e.g. 0912345678. Other questions? Type "agent". To leave, type "not now".',
    ],
    moreThanNumber: () => [
      'There are words around the number. Please type the number alone, e.g. 0912345678.',
      'Still some words with it. Just the mobile number, please, e.g. 0912345678.',
    ],
    wrongLength: (digits) => [
      `That has ${digitsOf(digits)}; a mobile number has 10 and starts with 09, e.g. 0912345678.`,
      `We need 10 digits and got ${digits}. Please type the number again, starting with 09.`,
    ],
    notMobile: () => [
      "That doesn't look like a mobile number. Type 10 digits starting with 09, e.g. 0912345678.",
      "Mobile numbers start with 09, and this one doesn't. Please try another, e.g. 0912345678.",
    ],
    landline: (prefix) => [
      `Numbers starting with ${prefix} are landlines and get no text messages. Please use a mobile number.`,
      `The code goes by text message, which a landline (${prefix}) can't get. Type a number starting with 09.`,
    ],
    foreign: () => [
      "Numbers from abroad can't get our text messages. Type a Taiwan mobile number, e.g. 0912345678.",
      'Codes go to Taiwan mobile numbers only. Without one, please ask in a store or type "agent".',
    ],
    abroad: () => 'For a number from abroad add the country code, e.g. +81 90 1234 5678.',
    sendsUsed: () => [
      "That's all the codes we can send today. Please try again tomorrow, or ask our staff in a store.",
      'No more codes today. Type "join" tomorrow, or ask our staff in a store.',
    ],
    noStepBefore: () => [
      'This is step 1, there is none before it. Type your mobile number, e.g. 0912345678.',
      'We are at the very start. Type your mobile number to go on, or "not now" to leave.',
    ],
  },
  code: {
    noCode: () => [
      'There is no code in that. Type the 6 digits from the text message; none came? Tap "Resend code".',
      'This step waits for the 6 digits from the text message. Other questions? Type "agent". To leave, type "not now".',
    ],
    wrongLength: (digits) => [
      `That has ${digitsOf(digits)}; the code has 6. Please look at the latest text message.`,
      `The code has 6 digits and we got ${digits}. Please type it as in the text message.`,
    ],
    notReceived: (tail) => [
      'A text message can take a minute or two; please look among the filtered ones too. Still nothing? Ask for a new code.',
      `It went to the number ending ${tail}. Not yours? Tap "Change number". Yours? Tap "Resend code".`,
    ],
    smsIsDown: () => [
      'Sorry, we can\'t send text messages right now. Please tap "Resend code" in 10 minutes.',
      'Sorry, text messages are still down; your phone is fine. Please tap "Resend code" in 10 minutes.',
    ],
    expired: () => [
      'That code is over 5 minutes old. Just ask for a new one.',
      'The time of that code has run out. Tap "Resend code" for a new one.',
    ],
    triesUsed: () => [
      "Five tries didn't match, so this code is off. Ask for a new one.",
      'That code stays off, whatever is typed. Tap "Resend code" for a new one.',
    ],
    sendsUsed: (tail) => [
      `That's all the codes for today. The last one, sent to the number ending ${tail}, still counts: type its 6 digits.`,
      `No more can be sent today. Look at the latest text message (${tail}); if it has run out, try tomorrow or ask in a store.`,
    ],
    resent: (tail) => [
      `Step 2 of 4: a new code is on its way to the number ending ${tail}. Type the latest 6 digits within 5 minutes.`,
      `Step 2 of 4: we've texted one more code to the number ending ${tail}; the earlier ones are off. Type it within 5 minutes.`,
    ],
  },
  birthday: {
    notADay: () => [
      "We can't tell which day that is. Type month and day, e.g. 2/29, or tap a month below.",
      'This step waits for your birthday, e.g. Feb 29. Other questions? Type "agent". To leave, type "not now".',
    ],
    notANewDay: () => [
      "We can't tell which day that is. Type month and day of the new birthday, e.g. 2/29.",
      'We wait for the new birthday, e.g. Feb 29. Other questions? Type "agent". To keep the old one, type "keep it".',
    ],
    notADayOfMonth: (monthName, lastDay) => [
      `We can't tell which day in ${monthName} that is. Type a number from 1 to ${lastDay}.`,
      `Only the day in ${monthName} is missing, a number such as ${lastDay}. Another month? Tap it below.`,
    ],
    noSuchMonth: (month) => [
      `A year has 12 months, there is no month ${month}. Type month and day, e.g. 2/29.`,
      `Months go from 1 to 12, and ${month} is not among them. Please check it, or tap a month below.`,
    ],
    noSuchDay: (monthName, day, lastDay) => [
      `${monthName} has no day ${day}. Please type it again, e.g. 2/29.`,
      `${monthName} goes from 1 to ${lastDay}, and ${day} is not among them. Please check the date.`,
    ],
    noSuchDayInYear: (year, monthName, lastDay) => [
      `${monthName} ${year} has only ${lastDay} days. Please check it.`,
      `${monthName} ${year} ended on day ${lastDay}. Please check the year and the day.`,
    ],
    future: () => [
      'That day is still to come. Please check the year.',
      'A birthday lies in the past. Please check the year, or type month and day only, e.g. 2/29.',
    ],
    oddYear: (year) => [
      `We read the year as ${year}. Please check it; month and day alone will do, e.g. 2/29.`,
      `The year ${year} is too far away. Please check it, or type month and day only, e.g. 2/29.`,
    ],
    echo: (birthday) => [
      `We still have to know if your birthday is ${birthday}. Type "yes", or the right date.`,
      `Please check ${birthday} first: "yes" goes on, "Change birthday" asks again.`,
    ],
    confirm: (birthday) => [
      `Nothing is changed yet. Type "yes" to change it to ${birthday}, or "keep it".`,
      `Only your word is missing: "yes" changes it to ${birthday}, "keep it" leaves it as it is.`,
    ],
  },
  agreement: {
    consent: () => [
      'We can\'t tell if you agree. Tap a button below, or type "agree"; to leave, type "not now".',
      'Only your consent is missing: type "agree" to go on. To correct number or birthday, tap "Edit".',
    ],
    guardian: () => [
      'A guardian still has to agree. Please read the terms together, then tap "Guardian agreed" or type "yes".',
      'This step is for your guardian: "yes" to agree, "not now" if not.',
    ],
    move: () => [
      'We can\'t tell if the card should move. Type "yes" to move it here, "no" to leave it.',
      'The card is still with the other LINE account. Only "yes" moves it here, "no" leaves it there.',
    ],
  },
};
