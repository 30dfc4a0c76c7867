/** A piece of a LINE message as it came over the wire: nothing about it is taken on trust. */
export type FlexNode = { readonly [key: string]: unknown };

/** The value as an object whose members may be anything; null for everything else. */
export function readNode(value: unknown): FlexNode | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FlexNode) : null;
}

/** The member as text; '' when it is missing or not text. */
export function readText(node: FlexNode, key: string): string {
  const value = node[key];
  return typeof value === 'string' ? value : '';
}

/** The member as a finite number that is not negative; undefined otherwise. */
export function readNumber(node: FlexNode, key: string): number | undefined {
  const value = node[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The member as a list of nodes, in order; what is not an object stands as an empty node. */
export function readNodes(node: FlexNode, key: string): FlexNode[] {
  const value = node[key];
  return Array.isArray(value) ? value.map((item) => readNode(item) ?? {}) : [];
}

/** What a table of the renderer's own says for a word from the wire; inherited members are none of its words. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: unknown): T | undefined {
  return typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined;
}

/** The member if it is one of the allowed words, else the first of them. */
export function readWord<W extends string>(node: FlexNode, key: string, words: readonly [W, ...W[]]): W {
  const value = node[key];
  return words.find((word) => word === value) ?? words[0];
}
