import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { LineMessage } from '#web/flex/line-message.tsx';
import { LineSurroundingsProvider } from '#web/flex/line-surroundings.tsx';

const words = {
  unknown: (type: string) => `cannot draw ${type}`,
  sticker: 'sticker',
  picture: 'picture',
  video: 'video',
  audio: 'audio',
  place: 'place',
};

function draw(message: unknown): string {
  const value = { onAction: () => {}, resolveUrl: (url: string) => url, words };
  return renderToStaticMarkup(
    createElement(LineSurroundingsProvider, { value }, createElement(LineMessage, { message })),
  );
}

function drawBody(...contents: unknown[]): string {
  return draw({
    type: 'flex',
    altText: 'x',
    contents: { type: 'bubble', body: { type: 'box', layout: 'vertical', contents } },
  });
}

describe('LineMessage', () => {
  it('draws a bubble of each block at its size', () => {
    const text = (words: string) => ({ type: 'text', text: words, color: '#1F2328' });
    const html = draw({
      type: 'flex',
      altText: 'card',
      contents: {
        type: 'bubble',
        size: 'kilo',
        styles: { footer: { separator: true, separatorColor: '#D5DAD9', backgroundColor: '#FFFFFF' } },
        header: { type: 'box', layout: 'horizontal', backgroundColor: '#0F5B4F', contents: [text('top')] },
        hero: {
          type: 'image',
          url: 'https://shuke.example/media/a',
          size: 'full',
          aspectRatio: '20:13',
          aspectMode: 'cover',
        },
        body: { type: 'box', layout: 'vertical', paddingAll: 'lg', contents: [text('middle')] },
        footer: { type: 'box', layout: 'vertical', contents: [text('bottom')] },
      },
    });
    expect(html).toContain('width:260px');
    expect(html).toContain('background-color:#0F5B4F');
    expect(html).toContain('aspect-ratio:20 / 13');
    expect(html).toContain('border-top:1px solid #D5DAD9');
    expect(html).toContain('padding-top:12px');
    expect(html.indexOf('top<')).toBeLessThan(html.indexOf('middle<'));
    expect(html.indexOf('middle<')).toBeLessThan(html.indexOf('bottom<'));
  });

  it('spaces the contents of a box from the second one on, a margin of its own first', () => {
    const html = draw({
      type: 'flex',
      contents: {
        type: 'bubble',
        body: {
          type: 'box',
          layout: 'vertical',
          spacing: 'md',
          contents: [
            { type: 'text', text: 'one' },
            { type: 'text', text: 'two' },
            { type: 'text', text: 'three', margin: '16px' },
          ],
        },
      },
    });
    expect(html.match(/margin-top:8px/g)).toHaveLength(1);
    expect(html.match(/margin-top:16px/g)).toHaveLength(1);
  });

  it('draws spans, line clamps, decorations and keyword sizes', () => {
    const html = drawBody(
      { type: 'text', contents: [{ type: 'span', text: '1,280', size: '3xl', weight: 'bold' }] },
      { type: 'text', text: 'long', wrap: true, maxLines: 2, decoration: 'line-through', size: '17px' },
    );
    expect(html).toContain('font-weight:700;text-decoration:none;font-size:35px');
    expect(html).toContain('-webkit-line-clamp:2');
    expect(html).toContain('text-decoration:line-through');
    expect(html).toContain('font-size:17px');
  });

  it('draws a carousel, a confirm and a template carousel with their buttons', () => {
    const bubble = { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [] } };
    const carousel = draw({ type: 'flex', contents: { type: 'carousel', contents: [bubble, bubble] } });
    expect(carousel.match(/class="flex-bubble"/g)).toHaveLength(2);
    const actions = [{ type: 'message', label: 'yes', text: 'yes' }];
    expect(draw({ type: 'template', template: { type: 'confirm', text: 'sure?', actions } })).toContain(
      'yes',
    );
    const columns = [{ title: 'a', text: 'b', actions }];
    expect(draw({ type: 'template', template: { type: 'carousel', columns } })).toContain('template-title');
  });

  it('makes http, https, line and tel addresses links that open apart', () => {
    for (const uri of ['https://a.example/', 'http://a.example/', 'line://nv/x', 'tel:0223456789']) {
      const html = drawBody({ type: 'button', action: { type: 'uri', label: 'go', uri } });
      expect(html).toContain(`href="${uri}"`);
      expect(html).toContain('rel="noopener noreferrer"');
    }
  });

  it('links only the http addresses of a text', () => {
    const html = draw({
      type: 'text',
      text: '看 https://shuke.example/a。javascript:alert(1) data:text/html,x',
    });
    expect(html.match(/href="/g)).toHaveLength(1);
    expect(html).toContain('href="https://shuke.example/a"');
  });
});

describe('LineMessage with a hostile message', () => {
  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//a.example/x',
    '',
    42,
  ])('leaves the address %j inert', (uri) => {
    const action = { type: 'uri', label: 'go', uri };
    const html = drawBody(
      { type: 'button', action },
      { type: 'text', text: 'x', action },
      { type: 'box', layout: 'vertical', action, contents: [] },
      { type: 'image', url: uri, action },
    );
    expect(html).not.toMatch(/href|src=|role="(link|button)"|script:/i);
  });

  it('shows HTML in a text as text', () => {
    const html = draw({ type: 'text', text: '<img src=x onerror=alert(1)><script>1</script>' });
    expect(html).not.toMatch(/<img|<script/);
    expect(html).toContain('&lt;img');
  });

  it('takes no style from a colour or a size that is none', () => {
    const evil = 'red;background:url(https://a.example)';
    const html = drawBody({
      type: 'box',
      layout: 'vertical',
      backgroundColor: evil,
      width: evil,
      paddingAll: evil,
      cornerRadius: evil,
      contents: [{ type: 'text', text: 'x', color: evil, size: evil, margin: '1px;x' }],
    });
    expect(html).not.toContain('a.example');
    expect(html).not.toContain('1px;x');
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { type: 'hologram' },
    { type: ['text'] },
    { type: 'flex' },
    { type: 'flex', contents: { type: 'carousel', contents: 'none' } },
    { type: 'flex', contents: { type: 'carousel', contents: [null, 1, { type: 'cube' }] } },
    { type: 'flex', contents: { type: 'bubble', body: [], header: { type: 'text' }, hero: { type: 'x' } } },
    { type: 'template' },
    { type: 'template', template: { type: 'wheel' } },
    { type: 'template', template: { type: 'buttons', actions: [null, { type: 'uri' }], text: {} } },
    { type: 'text', text: { toString: 'x' } },
    { type: 'image', originalContentUrl: 5 },
    { type: '__proto__' },
  ])('draws %j without falling over', (message) => {
    expect(draw(message).length).toBeGreaterThan(0);
  });

  it('notes each unknown component and draws its neighbours', () => {
    const html = drawBody(
      { type: 'hologram' },
      { type: 'text', text: 'still here', size: 'constructor', align: 'toString' },
      { type: 'image', url: 'https://a.example/a.png', align: 'constructor', gravity: 'constructor' },
    );
    expect(html).not.toContain('native code');
    expect(html).toContain('cannot draw hologram');
    expect(html).toContain('still here');
  });

  it('stops at a depth that no card needs', () => {
    let node: unknown = { type: 'text', text: 'deepest' };
    for (let depth = 0; depth < 5_000; depth += 1)
      node = { type: 'box', layout: 'vertical', contents: [node] };
    const html = drawBody(node);
    expect(html).not.toContain('deepest');
    expect(html).toContain('cannot draw …');
  });
});
