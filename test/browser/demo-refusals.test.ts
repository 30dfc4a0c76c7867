import { describe, expect, it } from 'vitest';
import { refuseDemo } from './demo-process.ts';

describe('the demo', () => {
  it.each([
    ['LINE_CHANNEL_ACCESS_TOKEN', 'a-real-token', /refuses real LINE credentials.*npm start/],
    ['LINE_CHANNEL_ID', '1234567890', /refuses real LINE credentials.*npm start/],
    ['DATABASE_URL', 'postgres://somewhere/else', /brings its own database.*npm start/],
  ])('refuses to start where %s is set, and says why without showing it', async (name, value, words) => {
    const { code, said } = await refuseDemo({ [name]: value });
    expect(code).toBe(1);
    expect(said).toMatch(words);
    expect(said).not.toContain(value);
  });
});
