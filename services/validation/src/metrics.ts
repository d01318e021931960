import { type SignalDecision, type SignalsState, signalQuality } from '@tradewind/signals';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What operators watch of the signals: how many there are and why not, and how good they have been (SG3). */
export class SignalMetrics {
  readonly #decisions: Counter<'action' | 'status' | 'code'>;
  readonly #degraded: Counter;
  readonly #hitRate: Gauge<'partition' | 'action' | 'window'>;
  readonly #profitFactor: Gauge<'partition' | 'action'>;

  constructor(
    registry: Registry,
    private readonly horizonBars: number,
  ) {
    const registers = [registry];
    this.#decisions = new Counter({
      name: 'tw_signals_total',
      help: 'Signals decided; code is the reason of a rejection',
      labelNames: ['action', 'status', 'code'],
      registers,
    });
    this.#degraded = new Counter({ name: 'tw_signals_degraded_steps_total', help: 'Steps decided with an input missing', registers });
    this.#hitRate = new Gauge({
      name: 'tw_signal_hit_rate',
      help: 'Share of signals that came true, of the last 30 or 250',
      labelNames: ['partition', 'action', 'window'],
      registers,
    });
    this.#profitFactor = new Gauge({
      name: 'tw_signal_profit_factor',
      help: 'Gains over losses of the last 250 signals',
      labelNames: ['partition', 'action'],
      registers,
    });
  }

  observe(state: SignalsState, decisions: readonly SignalDecision[], degraded: boolean): void {
    if (degraded) this.#degraded.inc();
    for (const { action, status, rejectionCode } of decisions) this.#decisions.inc({ action, status, code: rejectionCode });
    if (decisions.length === 0) return;
    for (const action of ['ENTER', 'EXIT'] as const) {
      const quality = signalQuality(state.outcomes[action], this.horizonBars);
      const partition = String(state.partition);
      if (quality.outcomes === 0) continue;
      this.#hitRate.set({ partition, action, window: '30' }, quality.recentHitRate);
      this.#hitRate.set({ partition, action, window: '250' }, quality.hitRate);
      this.#profitFactor.set({ partition, action }, quality.profitFactor);
    }
  }
}
