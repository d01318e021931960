import { medianOf, type WorkingRows } from './working-rows.js';

const HUNDRED = 100;
const LOG_HUNDRED = Math.log(HUNDRED);
/** A factor of 60 to 165: what a price moves meanwhile. */
const TOLERANCE = 0.5;
/** A level with so many of the rows is the right one. */
const MAJORITY = 0.8;
const USUAL_DECIMALS = 2;
/** Vendors keep prices in floats of 24 bits: digits behind the seventh are noise. */
const FLOAT_DIGITS = 7;

/** 1 when `value` is a hundred times `level`, -1 when it is a hundredth, else 0. */
const hundreds = (value: number, level: number): -1 | 0 | 1 => {
  const move = Math.log(value / level);
  if (Math.abs(move - LOG_HUNDRED) < TOLERANCE) return 1;
  return Math.abs(move + LOG_HUNDRED) < TOLERANCE ? -1 : 0;
};

const decimalsOf = (value: number): number => (String(Number(value.toPrecision(FLOAT_DIGITS))).split('.')[1] ?? '').length;

/** How many hundreds each priced row is away from the first one. */
const levelsOf = ({ rows, priced }: WorkingRows): readonly number[] => {
  let level = 0;
  return priced.map((index, place) => {
    if (place > 0) level += hundreds(rows[index]!.close, rows[priced[place - 1]!]!.close);
    return level;
  });
};

/**
 * Which level is right: that of most rows. Where neither has most of them, prices themselves can't tell; exchanges quote in hundredths, so
 * that the level with nearest to two decimals is taken, with less confidence.
 */
const rightLevel = ({ rows, priced }: WorkingRows, levels: readonly number[]): { level: number; confidence: number } | undefined => {
  const groups = [...new Set(levels)].map((level) => {
    const closes = priced.filter((_, place) => levels[place] === level).map((index) => rows[index]!.close);
    return { level, share: closes.length / levels.length, oddness: Math.abs(medianOf(closes.map(decimalsOf)) - USUAL_DECIMALS) };
  });
  const most = groups.find(({ share }) => share >= MAJORITY);
  if (most !== undefined) return { level: most.level, confidence: most.share };
  const [first, second] = groups.toSorted((left, right) => left.oddness - right.oddness);
  return first === undefined || second === undefined || first.oddness === second.oddness
    ? undefined
    : { level: first.level, confidence: 0.6 };
};

/** Rows, and single fields of rows, in the wrong one of two units that are a hundred apart (pounds and pence). */
export const findUnitFaults = (working: WorkingRows): void => {
  const { rows, priced } = working;
  const levels = levelsOf(working);
  const right = rightLevel(working, levels);
  if (right === undefined) return;
  const why = {
    kind: 'UNIT_100X' as const,
    confidence: right.confidence,
    reason: 'a hundred times or a hundredth of the prices around it',
  };
  for (const [place, index] of priced.entries()) {
    const row = rows[index]!;
    const times = HUNDRED ** (right.level - levels[place]!);
    if (times !== 1) {
      working.propose(index, 'adjusted', row.adjusted * times, why);
      working.propose(index, 'close', row.close * times, why);
    }
    const repaired = (field: 'open' | 'high' | 'low'): number => row[field] * HUNDRED ** -hundreds(row[field], row.close);
    const open = repaired('open');
    working.propose(index, 'open', open, why);
    // A field that was rounded in the wrong unit may come out beside the others.
    if (hundreds(row.high, row.close) !== 0) working.propose(index, 'high', Math.max(repaired('high'), open, row.close), why);
    if (hundreds(row.low, row.close) !== 0) working.propose(index, 'low', Math.min(repaired('low'), open, row.close), why);
  }
};
