/** Open, high, low and close of a bar, as doubles: levels are compared, nothing is booked. */
export type Prices = readonly [open: number, high: number, low: number, close: number];

export interface LevelBreak {
  readonly index: number;
  readonly code: 'BAR_WRONG_UNIT' | 'BAR_OFF_LEVEL' | 'SPLIT_WITHOUT_NOTICE';
  readonly field: string;
  readonly rule: string;
  readonly proposal: string;
}

const FIELDS = ['open', 'high', 'low', 'close'] as const;
/** Bars on each side that tell the level around a bar. */
const NEIGHBOURS = 10;
/** Bars on each side of a break that must agree with it. */
const CONFIRMING = 3;
const SHARES = [2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50];
const USUAL_RATIOS = [...SHARES, ...SHARES.map((shares) => 1 / shares)];
const RATIO_TOLERANCE = 0.08;
/** Hundredths of a currency taken for whole units, give or take what a price moves meanwhile. */
const HUNDRED_LOW = 60;
const HUNDRED_HIGH = 160;

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
};

const isHundredfold = (ratio: number): boolean => ratio > HUNDRED_LOW && ratio < HUNDRED_HIGH;
const usual = (ratio: number): number | undefined => USUAL_RATIOS.find((one) => Math.abs(ratio / one - 1) < RATIO_TOLERANCE);
const shown = (value: number): string => String(Number(value.toPrecision(4)));

/** A field that stands a hundred times, or a usual split's ratio, away from both sides of its bar. */
const misfit = (bars: readonly Prices[], index: number): LevelBreak | undefined => {
  const before = medianOf(bars.slice(Math.max(0, index - NEIGHBOURS), index).map(([, , , close]) => close));
  const after = medianOf(bars.slice(index + 1, index + 1 + NEIGHBOURS).map(([, , , close]) => close));
  // One side alone can't tell a wrong bar from a new level.
  if (!(before > 0 && after > 0) || Math.abs(Math.log(before / after)) > Math.log(1.5)) return undefined;
  const level = Math.sqrt(before * after);
  for (const [position, field] of FIELDS.entries()) {
    const ratio = bars[index]![position]! / level;
    const rule = `${shown(bars[index]![position]!)} is ${shown(ratio)} times the level around it, ${shown(level)}`;
    if (isHundredfold(ratio)) return { index, code: 'BAR_WRONG_UNIT', field, rule, proposal: 'divide by 100' };
    if (isHundredfold(1 / ratio)) return { index, code: 'BAR_WRONG_UNIT', field, rule, proposal: 'multiply by 100' };
    const split = field === 'close' ? usual(ratio) : undefined;
    if (split !== undefined) return { index, code: 'BAR_OFF_LEVEL', field, rule, proposal: `divide by ${shown(split)}` };
  }
  return undefined;
};

/** A new level from this bar on, by a ratio that splits have or by a hundred. */
const newLevel = (bars: readonly Prices[], index: number): LevelBreak | undefined => {
  const closes = (from: number, to: number): readonly number[] => bars.slice(Math.max(0, from), to).map(([, , , close]) => close);
  const [before, after] = [closes(index - CONFIRMING, index), closes(index, index + CONFIRMING)];
  if (before.length < CONFIRMING || after.length < CONFIRMING) return undefined;
  const ratio = before.at(-1)! / after[0]!;
  const lasting = medianOf(before) / medianOf(after);
  const rule = `the close goes from ${shown(before.at(-1)!)} to ${shown(after[0]!)} and stays`;
  if ([ratio, lasting].every(isHundredfold))
    return { index, code: 'BAR_WRONG_UNIT', field: 'close', rule, proposal: 'multiply by 100 from here on, or divide what is before' };
  if ([1 / ratio, 1 / lasting].every(isHundredfold))
    return { index, code: 'BAR_WRONG_UNIT', field: 'close', rule, proposal: 'divide by 100 from here on, or multiply what is before' };
  const split = usual(ratio);
  if (split === undefined || usual(lasting) !== split) return undefined;
  const terms = split > 1 ? `${shown(split)} for 1` : `1 for ${shown(1 / split)}`;
  return {
    index,
    code: 'SPLIT_WITHOUT_NOTICE',
    field: 'close',
    rule,
    proposal: `add a split ${terms} to the actions, or adjust what is before`,
  };
};

/**
 * Looks through a whole series for wrong units, bars off their level and splits without notice. Unlike the policies, which judge a bar as it comes, it
 * knows what comes after, so that it needs no long past.
 */
export const levelBreaks = (bars: readonly Prices[]): readonly LevelBreak[] => {
  const found: LevelBreak[] = [];
  for (let index = 0; index < bars.length; index += 1) {
    const previous = bars[index - 1]?.[3];
    const [open, high, low, close] = bars[index]!;
    // Most bars lie near the one before them; only the others are worth a look around.
    const far = previous === undefined || [open, high, low, close].some((value) => value > previous * 1.6 || value < previous / 1.6);
    const broken = far ? (misfit(bars, index) ?? newLevel(bars, index)) : undefined;
    if (broken !== undefined) found.push(broken);
  }
  return found;
};
