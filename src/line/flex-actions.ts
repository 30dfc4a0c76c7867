import type { messagingApi } from '@line/bot-sdk';
import { countGraphemes } from '#foundation/i18n.ts';

/** A message part that LINE would refuse: a mistake in our code or in what was let through on saving. */
export class LineLimitError extends Error {
  override readonly name = 'LineLimitError';
}

/** An action that is shown as a button, so it has a label. */
export type LabelledAction = messagingApi.Action & { label: string };

const linkSchemes = new Set(['http:', 'https:', 'line:', 'tel:']);

/**
 * A button that comes back to us as a postback.
 * @param data from `encodePostback`
 * @param displayText what appears in the chat as if typed
 */
export function postbackAction(
  label: string,
  data: string,
  displayText: string = label,
  options: { openKeyboard?: boolean } = {},
): LabelledAction {
  checkLength('postback data', data, 300);
  checkGraphemes('displayText', displayText, 300);
  return {
    type: 'postback',
    label: checkLabel(label),
    data,
    displayText,
    ...(options.openKeyboard ? { inputOption: 'openKeyboard' as const } : {}),
  };
}

/** A button that types its label, for the words that a shopper should learn to type. */
export function messageAction(label: string, text: string = label): LabelledAction {
  checkGraphemes('message text', text, 300);
  return { type: 'message', label: checkLabel(label), text };
}

/**
 * A link (http, https, line or tel), already percent-encoded.
 * @param options.desktop where LINE for PC goes instead; not for quick replies
 */
export function uriAction(label: string, uri: string, options: { desktop?: string } = {}): LabelledAction {
  for (const link of [uri, options.desktop]) if (link !== undefined) checkLink(link);
  return {
    type: 'uri',
    label: checkLabel(label),
    uri,
    ...(options.desktop === undefined ? {} : { altUri: { desktop: options.desktop } }),
  };
}

/** Copies `text`; LINE 14 and later, so the text must also be readable in the card. */
export function clipboardAction(label: string, text: string): LabelledAction {
  checkLength('clipboard text', text, 1000);
  return { type: 'clipboard', label: checkLabel(label), clipboardText: text };
}

/** A calendar that posts back a day; all days "YYYY-MM-DD", 1900-01-01 to 2100-12-31. */
export function dateAction(
  label: string,
  data: string,
  range: { initial?: string; min?: string; max?: string } = {},
): LabelledAction {
  checkLength('date picker data', data, 300);
  return { type: 'datetimepicker', label: checkLabel(label), data, mode: 'date', ...range };
}

/** Buttons under the last message: on phones only, gone after a tap, so never the only way. At most 13. */
export function quickReplies(actions: readonly LabelledAction[]): messagingApi.QuickReply {
  if (actions.length < 1 || actions.length > 13) {
    throw new LineLimitError(`a message takes 1 to 13 quick replies, not ${actions.length}`);
  }
  return { items: actions.map((action) => ({ type: 'action', action })) };
}

export function checkGraphemes(what: string, text: string, limit: number): string {
  const length = countGraphemes(text);
  if (length === 0 || length > limit) {
    throw new LineLimitError(`${what} must have 1 to ${limit} signs, not ${length}: ${JSON.stringify(text)}`);
  }
  return text;
}

function checkLabel(label: string): string {
  return checkGraphemes('label', label, 20);
}

function checkLength(what: string, text: string, limit: number): void {
  if (text.length === 0 || text.length > limit) {
    throw new LineLimitError(`${what} must have 1 to ${limit} characters, not ${text.length}`);
  }
}

function checkLink(link: string): void {
  checkLength('link', link, 1000);
  const url = URL.parse(link);
  if (!url || !linkSchemes.has(url.protocol)) {
    throw new LineLimitError('a link must be http, https, line or tel');
  }
}
