import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildBrowserCode } from '../../scripts/build.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const built = `${dist}browser/simulator/`;

describe('buildBrowserCode', () => {
  it('builds the pages under their own address, and only once from the same sources', async () => {
    await buildBrowserCode({ force: false });
    expect(await buildBrowserCode({ force: false })).toBe('unchanged');
    const html = await readFile(`${built}index.html`, 'utf8');
    const script = /src="\/simulator\/(assets\/[^"]+\.js)"/.exec(html)?.[1];
    expect(existsSync(`${built}${script}`)).toBe(true);
  });

  it('survives two builds at once', { timeout: 120_000 }, async () => {
    // Not where other tests look at pages.
    const target = `${dist}.twice-${process.pid}`;
    try {
      const outcomes = await Promise.all([
        buildBrowserCode({ force: true, target }),
        buildBrowserCode({ force: true, target }),
      ]);
      expect(outcomes).toEqual(['built', 'built']);
      expect(existsSync(`${target}/simulator/index.html`)).toBe(true);
      expect(await buildBrowserCode({ force: false, target })).toBe('unchanged');
    } finally {
      await rm(target, { recursive: true, force: true });
    }
  });
});
