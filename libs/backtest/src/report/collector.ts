import { composeReport } from './composition.js';
import type { ReportContext, RunReport } from './report.js';
import { observers, type ReportEvent, type ReportFacts, Tally } from './tally.js';

export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code = 'NOTHING_TRADED_ON';
}

/**
 * Makes the report of a run out of its facts, wherever they come from: the streams of a live platform or a backtest. Facts of one stream
 * must come in their order; the streams may come one after the other.
 */
export class ReportCollector {
  private readonly tally = new Tally();

  observe<E extends ReportEvent>(event: E, fact: ReportFacts[E]): void {
    observers[event](this.tally, fact);
  }

  /** Throws ReportError when not one bar could be traded on. */
  finish(context: ReportContext): RunReport {
    if (this.tally.days.size === 0 || this.tally.marks.size === 0) throw new ReportError('no bar of this run could be traded on');
    return composeReport(this.tally, context);
  }
}
