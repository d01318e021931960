export interface TextChartOptions {
  readonly columns: number;
  readonly rows: number;
}

const DOTS_WIDE = 2;
const DOTS_HIGH = 4;
const BRAILLE_BASE = 0x2800;
/** Bit of each dot of a braille cell, by row and column (Unicode 6.0, block Braille Patterns). */
const DOT_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** The value of each dot column: the last one that falls into it. */
const sampled = (values: readonly number[], dots: number): number[] =>
  Array.from(
    { length: dots },
    (_, dot) => values[Math.min(values.length - 1, Math.floor(((dot + 1) * values.length) / dots) - 1)] ?? values[0]!,
  );

/**
 * Lines on a logarithmic scale in braille cells; rows from the top. Several lines share the grid. All values must be positive; without a
 * spread the lines lie in the middle.
 */
export const brailleChart = (
  lines: readonly (readonly number[])[],
  { columns, rows }: TextChartOptions,
): { readonly cells: readonly string[][]; readonly low: number; readonly high: number } => {
  const all = lines.flat();
  const low = all.reduce((least, value) => Math.min(least, value), Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), -Infinity);
  const dotsHigh = rows * DOTS_HIGH;
  const level = (value: number): number =>
    high === low ? dotsHigh >> 1 : Math.round((Math.log(value / low) / Math.log(high / low)) * (dotsHigh - 1));
  const cells = lines.map((line) => {
    const bits = new Uint8Array(columns * rows);
    let previous: number | undefined;
    for (const [dot, value] of sampled(line, columns * DOTS_WIDE).entries()) {
      const end = level(value);
      // The step from the dot before is drawn too, so that a fall reads as a line and not as two points.
      for (let height = end; ; height += Math.sign((previous ?? end) - end)) {
        const row = dotsHigh - 1 - height;
        bits[Math.floor(row / DOTS_HIGH) * columns + Math.floor(dot / DOTS_WIDE)]! |= DOT_BITS[row % DOTS_HIGH]![dot % DOTS_WIDE]!;
        if (previous === undefined || height === previous || Math.abs(height - previous) <= 1) break;
      }
      previous = end;
    }
    return Array.from({ length: rows }, (_, row) =>
      Array.from(bits.subarray(row * columns, (row + 1) * columns), (cell) =>
        cell === 0 ? ' ' : String.fromCharCode(BRAILLE_BASE + cell),
      ).join(''),
    );
  });
  return { cells, low, high };
};
