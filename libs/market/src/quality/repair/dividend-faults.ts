import type { RepairKind } from './repair-proposal.js';
import { medianOf, type WorkingRows } from './working-rows.js';

/** Longer rows mix what is before an ex-date with what is after it. */
const ROW_NANOS_MAX = 3 * 86_400 * 1e9;
/** A yield so small is within the rounding of adjusted closes. */
const YIELD_MIN = 1e-4;
/** Dividends beyond this share of the price are rare enough to ask whether the price fell by them. */
const YIELD_USUAL_MAX = 0.08;
const HUNDRED = 100;
const GAIN_DEVIATIONS_MIN = 3;

interface ExDate {
  readonly index: number;
  /** Close before. */
  readonly before: number;
  /** Dividend / close before. */
  readonly yield: number;
  /** What the adjusted closes were lowered by. */
  readonly adjustedBy: number;
  readonly fell: number;
  readonly fellToClose: number;
  /** Capital gain / close before. */
  readonly gain: number;
  /** New shares for one old from this date on. */
  readonly splitRatio: number;
}

interface Fault {
  readonly kind: RepairKind;
  readonly confidence: number;
  /** What the dividend is to be multiplied with; without it the adjustment is wrong. */
  readonly times?: number;
}

const near = (value: number, expected: number): boolean => Math.abs(value - expected) <= 0.1 * expected + 2e-5;

const exDates = ({ rows, priced }: WorkingRows): readonly ExDate[] => {
  let splitRatio = 1;
  const found: ExDate[] = [];
  for (let place = priced.length - 1; place > 0; place -= 1) {
    const index = priced[place]!;
    const row = rows[index]!;
    const last = rows[priced[place - 1]!]!;
    if (row.split > 0) splitRatio *= row.split;
    if (!(row.dividend > 0)) continue;
    found.push({
      index,
      before: last.close,
      yield: row.dividend / last.close,
      adjustedBy: 1 - last.adjusted / last.close / (row.adjusted / row.close),
      fell: 1 - row.low / last.close,
      fellToClose: 1 - row.close / last.close,
      gain: row.capitalGain / last.close,
      splitRatio,
    });
  }
  return found;
};

/** Whether the price fell by enough of a dividend for it to be true; small ones are lost in what prices do anyway. */
const credible = ({ fell }: ExDate, dividendYield: number): boolean => dividendYield <= YIELD_USUAL_MAX || fell >= dividendYield / 2;

const agrees = ({ yield: told, adjustedBy }: ExDate): boolean => Math.abs(told - adjustedBy) <= Math.max(0.1 * told, YIELD_MIN);

/** Which of a dividend and an adjustment a hundred times smaller is wrong: what was paid last or next tells, else whether the price fell by it. */
const isHundredfold = (on: ExDate, usual: number): boolean => {
  if (!near(on.adjustedBy, on.yield / HUNDRED)) return false;
  if (Number.isNaN(usual)) return !credible(on, on.yield);
  return Math.abs(Math.log(on.adjustedBy / usual)) < Math.abs(Math.log(on.yield / usual));
};

/** `deviation`: what prices do in a row anyway; `usual`: yield of the nearest dividend that agrees with its adjustment, NaN when none does. */
const faultOf = (on: ExDate, deviation: number, usual: number): Fault | undefined => {
  const { yield: told, adjustedBy, gain, splitRatio } = on;
  if (agrees(on)) return undefined;
  if (gain > 0 && near(adjustedBy, told + gain)) {
    // Which of the two the price fell by can be seen only when they are far enough apart.
    const contained = Math.abs(on.fellToClose - told) < Math.abs(on.fellToClose - told - gain);
    return contained && gain > GAIN_DEVIATIONS_MIN * deviation ? { kind: 'CAPITAL_GAIN_DOUBLE_COUNT', confidence: 0.8 } : undefined;
  }
  if (splitRatio !== 1 && near(adjustedBy, told / splitRatio))
    return { kind: 'DIVIDEND_NOT_SPLIT_ADJUSTED', confidence: 0.9, times: 1 / splitRatio };
  if (isHundredfold(on, usual)) return { kind: 'DIVIDEND_UNIT', confidence: 0.9, times: 1 / HUNDRED };
  if (!credible(on, told)) return undefined;
  if (near(adjustedBy, told * HUNDRED) && credible(on, adjustedBy)) return { kind: 'DIVIDEND_UNIT', confidence: 0.8, times: HUNDRED };
  if (Math.abs(adjustedBy) < 2e-5) return { kind: 'DIVIDEND_MISSING_ADJUSTMENT', confidence: 0.9 };
  return { kind: 'DIVIDEND_WRONG_ADJUSTMENT', confidence: near(adjustedBy, told / HUNDRED) ? 0.9 : 0.6 };
};

const nearestTo = ({ index }: ExDate, dates: readonly ExDate[]): ExDate | undefined =>
  dates.toSorted((left, right) => Math.abs(left.index - index) - Math.abs(right.index - index))[0];

/** Ex-dates whose dividend and adjustment are not the same amount, newest first. Adjusted closes before the ex-date are (1 - dividend / close) of their due. */
export const findDividendFaults = (working: WorkingRows): void => {
  const { rows, priced } = working;
  const spans = priced.slice(1).map((index, place) => Number(rows[index]!.at - rows[priced[place]!]!.at));
  if (spans.length === 0 || medianOf(spans) > ROW_NANOS_MAX) return;
  const wrong: { readonly on: ExDate; readonly fault: Fault }[] = [];
  const deviation = working.deviation();
  const dates = exDates(working);
  const sound = dates.filter(agrees);
  for (const on of dates) {
    const fault = faultOf(on, deviation, nearestTo(on, sound)?.yield ?? NaN);
    if (fault === undefined) continue;
    const { kind, confidence, times } = fault;
    const percent = (value: number): string => `${(100 * value).toFixed(3)}%`;
    const reason = `the dividend is ${percent(on.yield)} of the close before, the adjustment ${percent(on.adjustedBy)}`;
    if (times === undefined) wrong.push({ on, fault });
    else working.propose(on.index, 'dividend', rows[on.index]!.dividend * times, { kind, confidence, reason });
  }
  adjustAgain(working, wrong);
};

const adjustAgain = (working: WorkingRows, wrong: readonly { readonly on: ExDate; readonly fault: Fault }[]): void => {
  for (const index of working.priced.toReversed()) {
    const later = wrong.filter(({ on }) => on.index > index);
    const nearest = later.at(-1);
    if (nearest === undefined) continue;
    const times = later.reduce((product, { on }) => (product * (1 - on.yield)) / (1 - on.adjustedBy), 1);
    const reason = `the adjustment for ${later.length === 1 ? 'a later dividend' : `${later.length} later dividends`} is not the amount told`;
    const { kind, confidence } = nearest.fault;
    working.propose(index, 'adjusted', working.rows[index]!.adjusted * times, { kind, confidence, reason });
  }
};
