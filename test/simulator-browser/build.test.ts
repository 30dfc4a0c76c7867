import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildBrowserCode } from '../../scripts/build.ts';

const built = fileURLToPath(new URL('../../dist/browser/simulator/', import.meta.url));

describe('buildBrowserCode', () => {
  it('builds the pages under their own address, and only once from the same sources', async () => {
    await buildBrowserCode({ force: false });
    expect(await buildBrowserCode({ force: false })).toBe('unchanged');
    const html = await readFile(`${built}index.html`, 'utf8');
    const script = /src="\/simulator\/(assets\/[^"]+\.js)"/.exec(html)?.[1];
    expect(existsSync(`${built}${script}`)).toBe(true);
  });

  it('survives two builds at once', async () => {
    const outcomes = await Promise.all([
      buildBrowserCode({ force: true }),
      buildBrowserCode({ force: true }),
    ]);
    expect(outcomes).toEqual(['built', 'built']);
    expect(existsSync(`${built}index.html`)).toBe(true);
    expect(await buildBrowserCode({ force: false })).toBe('unchanged');
  });
});
