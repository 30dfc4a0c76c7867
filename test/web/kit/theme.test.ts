import { readFile } from 'node:fs/promises';
import { DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import { describe, expect, it } from 'vitest';
import { theme, variablesResolver } from '#web/kit/browser/theme.ts';

type Variables = Record<string, string>;

/** What Mantine would write into a style element, without what its own file already says. */
function differences(part: 'variables' | 'light'): Variables {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const usual: Variables = defaultCssVariablesResolver(DEFAULT_THEME)[part];
  const ours: Variables = {
    ...defaultCssVariablesResolver(merged)[part],
    ...variablesResolver(merged)[part],
  };
  return Object.fromEntries(Object.entries(ours).filter(([name, value]) => usual[name] !== value));
}

describe('mantine-variables.css', () => {
  it('says what the theme comes to', async () => {
    const css = await readFile(
      new URL('../../../src/web/kit/browser/mantine-variables.css', import.meta.url),
      'utf8',
    );
    const [variables, light] = css
      .split('[data-mantine-color-scheme="light"]')
      .map((block) =>
        Object.fromEntries(
          [...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
        ),
      );
    expect(variables).toEqual(differences('variables'));
    expect(light).toEqual(differences('light'));
  });
});
