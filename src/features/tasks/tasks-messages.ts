import { formatClock, type Locale } from '#foundation/i18n.ts';
import { textMessage } from '#line/flex.ts';
import type { Message, Turn } from '#line/turn.ts';
import { isServed, nextOpening } from './service-hours-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type TasksWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, TasksWords> = { 'zh-TW': zhTW, en, ja };
const workingDays = 3;

/** N1, within the service hours or outside of them. */
export function agentMessage(turn: Turn): Message {
  const words = wordsOf[turn.locale];
  const { serviceHours, zone, replyWithinMinutes, takeoverMinutes, assistantName } = turn.house.brand;
  if (isServed(serviceHours, turn.now, zone)) {
    return textMessage(words.agentCalled(replyWithinMinutes, assistantName, takeoverMinutes));
  }
  const opening = formatClock(turn.locale, nextOpening(serviceHours, turn.now, zone), turn.now, zone);
  return textMessage(words.agentLater(serviceHours.from, serviceHours.until, opening));
}

/** What follows B15's button for points that are missing. */
export const pointsSoughtMessage = (turn: Turn): Message =>
  textMessage(wordsOf[turn.locale].pointsSought(workingDays));
