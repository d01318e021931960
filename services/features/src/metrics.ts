import type { SampleReport } from '@tradewind/features';
import type { Logger } from '@tradewind/service-kit';
import { isoFromNanos } from '@tradewind/vocabulary';
import { Counter, type Registry } from 'prom-client';

const MISMATCHES_LOGGED_MAX = 5;

/** What operators watch of the features: above all that what was streamed is what its inputs give once more. */
export class FeaturesMetrics {
  readonly ticks: Counter;
  readonly #samples: Counter;
  readonly #compared: Counter;
  readonly #mismatched: Counter<'feature'>;

  constructor(
    registry: Registry,
    private readonly log: Logger,
  ) {
    const registers = [registry];
    this.ticks = new Counter({ name: 'tw_feature_ticks_total', help: 'Ticks taken into books and features', registers });
    this.#samples = new Counter({ name: 'tw_feature_samples_total', help: 'Stretches of bars that were computed once more', registers });
    this.#compared = new Counter({ name: 'tw_feature_values_compared_total', help: 'Values of samples compared', registers });
    this.#mismatched = new Counter({
      name: 'tw_feature_values_mismatched_total',
      help: 'Streamed values that differ from what the same inputs give once more: must stay 0',
      labelNames: ['feature'],
      registers,
    });
  }

  sampled({ symbol, from, to, compared, mismatched, mismatches }: SampleReport): void {
    this.#samples.inc();
    this.#compared.inc(compared);
    if (mismatched === 0) return;
    for (const { feature } of mismatches) this.#mismatched.inc({ feature });
    const shown = mismatches.slice(0, MISMATCHES_LOGGED_MAX).map((mismatch) => ({ ...mismatch, at: isoFromNanos(mismatch.at) }));
    const context = { symbol, from: isoFromNanos(from), to: isoFromNanos(to), compared, mismatched, shown };
    this.log.error(context, 'streamed features differ from the batch: do not trust them');
  }
}
