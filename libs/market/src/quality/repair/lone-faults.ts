import { medianOf, type WorkingRows } from './working-rows.js';

/** Fewer rows do not tell what is usual. */
const ROWS_MIN = 20;
/** More than a half up or a third down, and more than eight robust deviations. */
const LOG_MOVE_MIN = 0.45;
const DEVIATIONS_MIN = 8;
/** The price after a spike is the one before it, but for a quarter. */
const RETURN_SHARE = 0.25;

/**
 * A close far from its own row and the rows around it. A high or low may be so in truth (New York, 6 May 2010, 14:45), so that it is named without
 * a value.
 */
export const findSpikes = (working: WorkingRows): void => {
  const { rows, priced } = working;
  if (priced.length < ROWS_MIN) return;
  const limit = Math.max(LOG_MOVE_MIN, DEVIATIONS_MIN * working.deviation());
  const far = (value: number, level: number): boolean => Math.abs(Math.log(value / level)) > limit;
  for (let place = 1; place < priced.length - 1; place += 1) {
    const index = priced[place]!;
    const row = rows[index]!;
    const [last, next] = [rows[priced[place - 1]!]!, rows[priced[place + 1]!]!];
    const away = Math.log(row.close / last.close);
    const back = Math.log(next.close / row.close);
    const level = Math.sqrt(last.close * next.close);
    const why = { kind: 'SPIKE' as const, confidence: 0.5, reason: `far from ${level}, the level before and after` };
    if (Math.abs(away) > limit && Math.abs(back) > limit && Math.abs(away + back) < RETURN_SHARE * Math.abs(away)) {
      // The rest of the row, where it is at the level, bounds what its close can have been.
      const close = far(row.low, level) || far(row.high, level) ? level : Math.min(Math.max(level, row.low), row.high);
      working.propose(index, 'adjusted', (row.adjusted * close) / row.close, why);
      working.propose(index, 'close', close, why);
    }
    const [most, least] = [Math.max(row.open, row.close), Math.min(row.open, row.close)];
    if (far(row.high, most) && far(row.high, level)) working.propose(index, 'high', undefined, why);
    if (far(row.low, least) && far(row.low, level)) working.propose(index, 'low', undefined, why);
  }
};

/** What is not there can't be made up: these name the place, and another source must tell the value. */
export const findGaps = (working: WorkingRows): void => {
  const { rows, priced } = working;
  const traded = medianOf(priced.map((index) => rows[index]!.volume)) > 0;
  for (const [index, row] of rows.entries()) {
    if (Number.isNaN(row.close))
      working.propose(index, 'close', undefined, { kind: 'MISSING_ROW', confidence: 1, reason: 'the row has no prices' });
    else if (traded && row.volume === 0 && row.high > row.low)
      working.propose(index, 'volume', undefined, { kind: 'ZERO_VOLUME_PRICE', confidence: 0.6, reason: 'the price moved without volume' });
  }
};
