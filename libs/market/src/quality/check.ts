import { toNumber } from '@tradewind/vocabulary';

import type { TradingCalendar } from '../calendar/trading-calendar.js';
import type { DailyRow } from '../daily-row.js';
import { calendarGap } from './calendar-gap.js';
import { copiedOpen } from './copied-open.js';
import { flatRange } from './flat-range.js';
import { type Finding, type QualityPolicy, RETURNS_KEPT, SCORED_ROWS, type SeenRows } from './policy.js';
import { positiveValues } from './positive-values.js';
import { priceJump } from './price-jump.js';
import { priceRange } from './price-range.js';
import { rowOrder } from './row-order.js';
import { sessionDay } from './session-day.js';
import { staleValues } from './stale-values.js';
import { tradedVolume } from './traded-volume.js';

/** In the order in which they are asked: what makes a row meaningless first, warnings last. */
export const DAILY_POLICIES: readonly QualityPolicy[] = [
  positiveValues,
  priceRange,
  sessionDay,
  rowOrder,
  calendarGap,
  priceJump,
  staleValues,
  flatRange,
  tradedVolume,
  copiedOpen,
];

export const NOTHING_SEEN: SeenRows = { last: undefined, returns: [], suspectClose: 0, copiedOpens: 0, penalties: [] };
/** Below this score trading in the symbol stops (MD7). */
export const QUALITY_SCORE_MIN = 0.95;
/** One bad row among the first few must not condemn a series. */
const SCORED_ROWS_MIN = 100;

/** All findings about a row; the first one that drops it is the last. */
export const checkRow = (
  row: DailyRow,
  seen: SeenRows,
  calendar: TradingCalendar,
  policies: readonly QualityPolicy[] = DAILY_POLICIES,
): readonly Finding[] => {
  const findings: Finding[] = [];
  for (const policy of policies) {
    const finding = policy.check(row, seen, calendar);
    if (finding === undefined) continue;
    findings.push(finding);
    if (finding.dropped) break;
  }
  return findings;
};

const penaltiesWith = (seen: SeenRows, penalty: number): readonly number[] => [...seen.penalties, penalty].slice(-SCORED_ROWS);

/** Memory after a row and what was found about it. */
export const rememberRow = (seen: SeenRows, row: DailyRow, findings: readonly Finding[]): SeenRows => {
  const penalties = penaltiesWith(
    seen,
    findings.reduce((sum, finding) => sum + finding.penalty, 0),
  );
  const dropped = findings.find((finding) => finding.dropped);
  if (dropped !== undefined) {
    return { ...seen, penalties, suspectClose: dropped.code === 'BAR_PRICE_JUMP' ? toNumber(row.close) : seen.suspectClose };
  }
  const { last } = seen;
  const returns = last === undefined ? [] : [...seen.returns, Math.log(toNumber(row.close) / toNumber(last.close))].slice(-RETURNS_KEPT);
  const copied = last !== undefined && row.open === last.close;
  return { last: row, returns, suspectClose: 0, copiedOpens: copied ? seen.copiedOpens + 1 : 0, penalties };
};

/** Memory after a line that was not even a row. */
export const rememberLostRow = (seen: SeenRows): SeenRows => ({ ...seen, penalties: penaltiesWith(seen, 1) });

/** Share of good rows among the last 250, in [0, 1]. */
export const qualityScore = (seen: SeenRows): number => {
  const lost = seen.penalties.reduce((sum, penalty) => sum + penalty, 0);
  return Math.max(0, 1 - lost / Math.max(seen.penalties.length, SCORED_ROWS_MIN));
};
