import { describe, expect, it } from 'vitest';
import { readAction } from '#web/flex/line-action-rules.ts';
import { splitLinks } from '#web/flex/safe-link-rules.ts';
import { widthInEm } from '#web/flex/text-width-rules.ts';

describe('readAction', () => {
  it('reads each action that LINE knows', () => {
    expect(readAction({ type: 'postback', label: 'a', data: 'd', displayText: 't' })).toEqual({
      type: 'postback',
      label: 'a',
      data: 'd',
      displayText: 't',
      inputOption: '',
      fillInText: '',
    });
    expect(readAction({ type: 'message', label: 'a' })).toEqual({ type: 'message', label: 'a', text: 'a' });
    expect(readAction({ type: 'datetimepicker', data: 'd', mode: 'time', min: '09:00' })).toMatchObject({
      mode: 'time',
      min: '09:00',
    });
    expect(readAction({ type: 'richmenuswitch', richMenuAliasId: 'a', data: 'd' })).toMatchObject({
      data: 'd',
    });
    expect(readAction({ type: 'clipboard', clipboardText: 'c' })).toMatchObject({ clipboardText: 'c' });
    expect(readAction({ type: 'location', label: 'here' })).toEqual({ type: 'location', label: 'here' });
  });

  it('finds no action in what is none', () => {
    for (const value of [undefined, null, 'x', [], {}, { type: 'teleport' }]) {
      expect(readAction(value)).toBeNull();
    }
  });
});

describe('splitLinks', () => {
  it('ends an address before the sentence goes on', () => {
    expect(splitLinks('見 https://a.example/b?c=1，謝謝')).toEqual([
      { text: '見 ', href: null },
      { text: 'https://a.example/b?c=1', href: 'https://a.example/b?c=1' },
      { text: '，謝謝', href: null },
    ]);
  });

  it('keeps every character of the text', () => {
    for (const text of [
      '',
      'https://',
      'a https://a.example.',
      '(http://b.example)',
      'https://a.example https://b.example',
    ]) {
      expect(
        splitLinks(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }
  });
});

describe('widthInEm', () => {
  it('counts a full-width character as one and a digit as less', () => {
    expect(widthInEm('綁定會員')).toBe(4);
    expect(widthInEm('1234')).toBeLessThan(3);
  });
});
