/** A generous guess of a text's width in em: full-width characters one, capitals and digits less. */
export function widthInEm(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x1100) width += 1;
    else if (/[ilj.,:;'|! ]/u.test(character)) width += 0.34;
    else if (/[A-Z%@&MW]/u.test(character)) width += 0.76;
    else width += 0.62;
  }
  return width;
}

/** A font size that shrinks with its container (`container-type: inline-size`) until one line fits. */
export function shrunkFont(pixels: number, text: string): string {
  const em = widthInEm(text);
  return em === 0 ? `${pixels}px` : `min(${pixels}px, ${(100 / em).toFixed(3)}cqi)`;
}
