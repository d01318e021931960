import type { StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

/** One published figure or text about a company or the economy. Nobody may see it before `knownAt`. */
export interface PointInTimeRecord {
  /** `<series>/<symbol or *>/<event date or instant>/<known-at instant>`: a later revision is another record. */
  readonly id: string;
  /** E.g. `macro/DGS10`, `fundamental/eps`, `news/sentiment`. */
  readonly series: string;
  /** Undefined when it concerns the whole market. */
  readonly symbol: Symbol | undefined;
  /** What the record is about: the end of the quarter, the day of the rate, the time of the story. */
  readonly eventTime: UnixNanos;
  /** When the public could first know it. */
  readonly knownAt: UnixNanos;
  /** NaN when the record is text alone. */
  readonly value: number;
  readonly text: string;
  readonly source: string;
}

/** Records that became known since the step before, in the order in which they did. They come before the step's bars. */
export interface RecordsKnown {
  readonly header: StepHeader;
  readonly records: readonly PointInTimeRecord[];
}
