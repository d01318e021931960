import type { RepairKind } from './repair-proposal.js';
import type { WorkingRows } from './working-rows.js';

/** A smaller split is lost in what prices do anyway. */
const LOG_RATIO_MIN = 0.2;
const DEVIATIONS_MIN = 6;
/** A vendor stops adjusting, or adjusts twice, within so many rows of a split. */
const ROWS_BEFORE = 20;
const FIELDS = ['open', 'high', 'low', 'close', 'adjusted'] as const;

interface Level {
  readonly index: number;
  /** How often the split must still be applied: 1, or -1 when it was applied twice. */
  readonly times: number;
}

interface Walk {
  readonly levels: readonly Level[];
  /** The first row that is right again, by its place among priced rows. */
  readonly opensAt: number;
  /** Whether the level came back before the first row. */
  readonly closed: boolean;
}

/**
 * From the newest rows, which are right, back: where the price changes by the ratio of the split, the level is wrong until it changes back.
 * Adjusted closes tell, for a dividend moves them not.
 */
const walk = ({ rows, priced }: WorkingRows, at: number, logRatio: number): Walk => {
  const tolerance = Math.max(0.05, 0.08 * Math.abs(logRatio));
  const levels: Level[] = [];
  let times = 0;
  let opensAt = -1;
  let closed = false;
  for (let later = Math.min(at + 1, priced.length - 1); later > 0; later -= 1) {
    const move = Math.log(rows[priced[later - 1]!]!.adjusted / rows[priced[later]!]!.adjusted);
    const change = Math.abs(move - logRatio) < tolerance ? 1 : Math.abs(move + logRatio) < tolerance ? -1 : 0;
    if (times === 0 && change !== 0 && later >= at - ROWS_BEFORE) {
      times = change;
      opensAt = later;
    } else if (times !== 0 && change === -times) {
      times = 0;
      closed = true;
    }
    if (times !== 0) levels.push({ index: priced[later - 1]!, times });
    else if (later < at - ROWS_BEFORE) break;
  }
  return { levels, opensAt, closed: closed && times === 0 };
};

const kindOf = (found: Walk, at: number): RepairKind => {
  if (found.closed) return 'SPLIT_WRONG_ROWS';
  return found.opensAt === at ? 'SPLIT_NOT_APPLIED' : 'SPLIT_PARTLY_APPLIED';
};

/** Rows to which a split that the vendor tells was not applied, or twice. */
export const findSplitFaults = (working: WorkingRows): void => {
  const { rows, priced } = working;
  const deviation = working.deviation();
  for (let at = priced.length - 1; at >= 0; at -= 1) {
    const { split } = rows[priced[at]!]!;
    const logRatio = Math.log(split);
    if (!(split > 0) || Math.abs(logRatio) < Math.max(LOG_RATIO_MIN, DEVIATIONS_MIN * deviation)) continue;
    const found = walk(working, at, logRatio);
    const why = {
      kind: kindOf(found, at),
      confidence: Math.abs(logRatio) > 2 * DEVIATIONS_MIN * deviation ? 0.95 : 0.8,
      reason: `the level differs by the split of ${split} from the rows after it`,
    };
    for (const { index, times } of found.levels) {
      const ratio = split ** times;
      for (const field of FIELDS) working.propose(index, field, rows[index]![field] / ratio, why);
      working.propose(index, 'volume', Math.round(rows[index]!.volume * ratio), why);
    }
  }
};
