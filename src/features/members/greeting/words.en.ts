import type { GreetingWords } from './words.zh-TW.ts';

export const en: GreetingWords = {
  welcome: (name, _to, brand, gift, emoji) =>
    `Hi${name ? ` ${name}` : ''}, welcome to ${brand}! ${emoji}${gift ? `We've set aside a welcome gift for you: ${gift}.` : 'Join, and your points from stores and online add up in one place.'}`,
  giftCondition: () => 'Yours once you join. It takes about a minute.',
  giftAlt: (gift) => `Welcome gift: ${gift}, yours once you join`,
  whatWeDo: () =>
    'This is our automatic assistant: points, coupons, stores. Type "agent" for a person, "less" for fewer messages.',
  welcomeBack: (name) => `Welcome back${name ? `, ${name}` : ''}! Your membership is still here.`,
  stillStopped: () => 'Offers stay off; type "resume" to get them again.',
  welcomeBackWithGift: (gift) => `Welcome back! Your welcome gift, ${gift}, is still here once you join.`,
  welcomeBackGuest: () => 'Welcome back! Join to see points and coupons here.',
  levels: {
    all: (perDay, perSevenDays) => `at most ${perDay} a day and ${perSevenDays} in 7 days`,
    less: (days) => (days === 14 ? 'at most one every two weeks' : `at most one in ${days} days`),
    stopped: () => 'none',
  },
  settings: (level) => `Offers at present: ${level}. How would you like them?`,
  less: (days) => `OK, one offer at most ${days === 14 ? 'every two weeks' : `in ${days} days`}.`,
  stopped: () =>
    'Stopped, and offers in the queue are cancelled. We still answer when you write. Type "resume" to get them again.',
  resumed: (level) => `Offers are on again: ${level}.`,
  unchanged: (level) => `That is how it is set already: ${level}.`,
  labels: {
    bind: 'Join',
    browse: 'See coupons',
    coupons: 'Coupons',
    stores: 'Stores',
    card: 'Card',
    mine: 'My coupons',
    less: 'Less',
    stop: 'Stop',
    resume: 'Resume',
    birthday: 'Birthday',
    unbind: 'Unbind',
  },
};
