const endsInHan = /[\p{Script=Han}，。！？：；、「」（）]$/u;
const beginsInHan = /^[\p{Script=Han}，。！？：；、「」（）]/u;

/**
 * A sentence of Chinese around words of others. The template is written for Latin words and figures, with a space
 * on either side; where two Han characters meet at such a seam, that space goes. Spaces inside a word stay.
 */
export function han(sentence: TemplateStringsArray, ...words: readonly string[]): string {
  return words.reduce(
    (text, word, at) => joinHan(joinHan(text, word), sentence[at + 1] ?? ''),
    sentence[0] ?? '',
  );
}

/** Two parts of a Chinese sentence, without the space at their seam where Han meets Han. */
export function joinHan(before: string, after: string): string {
  if (before.endsWith(' ') && endsInHan.test(before.trimEnd()) && beginsInHan.test(after))
    return before.trimEnd() + after;
  if (after.startsWith(' ') && endsInHan.test(before) && beginsInHan.test(after.trimStart()))
    return before + after.trimStart();
  return before + after;
}
