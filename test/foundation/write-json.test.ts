import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeJson } from '#foundation/write-json.ts';

const levels = 50_000;

describe('writing JSON', () => {
  it('is what JSON.stringify does, at the top and beneath 50,000 levels', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        const plain = JSON.stringify(value);
        expect(writeJson(value)).toBe(plain);
        const deep = `${'[0,{"":'.repeat(levels)}${plain}${'},1]'.repeat(levels)}`;
        expect(writeJson(JSON.parse(deep)) === deep).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the order of members, hostile names and empty lists beneath 50,000 levels', () => {
    const inner = '{"b":[],"a":{},"__proto__":[null,true],"\\"":"\\u0000","toJSON":-1.5}';
    const deep = `${'{"x":'.repeat(levels)}${inner}${'}'.repeat(levels)}`;
    expect(writeJson(JSON.parse(deep)) === deep).toBe(true);
  });
});
