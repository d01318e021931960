import type { PointInTimeRecord, Tick } from '@tradewind/market';

/** What comes before the bars of a replayed step, in the order in which it is published. */
export interface StepContent {
  /** Where the ticks come from, as chunks tell it. */
  readonly source: string;
  readonly simulated: boolean;
  /** Records that became known after the step before, up to this one. */
  records(step: number): Promise<readonly PointInTimeRecord[]>;
  /** Ticks after the close of the step before, up to this one's, in time order. Asked in any order; cheap when it is that of the steps. */
  ticks(step: number): Promise<readonly Tick[]>;
}

/** Daily files hold bars alone. */
export const BARS_ALONE: StepContent = {
  source: 'none',
  simulated: false,
  records: () => Promise.resolve([]),
  ticks: () => Promise.resolve([]),
};
