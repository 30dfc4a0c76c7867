/** A table in plain columns, numbers to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    console.log(
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('   '),
    );
  }
}

export type Aim = { name: string; is: number; atLeast?: number; below?: number; unit: string };

/** Says of each aim whether it is met. @returns whether all are */
export function judgeAims(aims: readonly Aim[]): boolean {
  const met = aims.map((aim) => {
    const isMet =
      (aim.atLeast === undefined || aim.is >= aim.atLeast) && (aim.below === undefined || aim.is < aim.below);
    const wish = aim.atLeast === undefined ? `under ${aim.below}` : `at least ${aim.atLeast}`;
    console.log(
      `${isMet ? 'met   ' : 'MISSED'} ${aim.name}: ${round(aim.is)} ${aim.unit} (aim: ${wish} ${aim.unit})`,
    );
    return isMet;
  });
  return met.every(Boolean);
}

export const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
