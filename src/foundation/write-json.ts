/**
 * `JSON.stringify` of a value that JSON.parse gave, of any depth: what calls itself for every level runs out of stack
 * where the parser does not.
 */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return writeDeepJson(value);
    throw error;
  }
}

/** What is still to be written: a value, or the signs between values. */
type Due = { value: unknown } | { signs: string };

/** The same text from a list of what is due, of which the last comes next. */
function writeDeepJson(root: unknown): string {
  const written: string[] = [];
  const due: Due[] = [{ value: root }];
  for (let next = due.pop(); next; next = due.pop()) {
    if ('signs' in next) written.push(next.signs);
    else if (typeof next.value !== 'object' || next.value === null) written.push(JSON.stringify(next.value));
    else {
      const isList = Array.isArray(next.value);
      const members = Object.entries(next.value);
      written.push(isList ? '[' : '{');
      due.push({ signs: isList ? ']' : '}' });
      for (let at = members.length - 1; at >= 0; at--) {
        const [name, value] = members[at] as [string, unknown];
        due.push({ value }, { signs: `${at > 0 ? ',' : ''}${isList ? '' : `${JSON.stringify(name)}:`}` });
      }
    }
  }
  return written.join('');
}
