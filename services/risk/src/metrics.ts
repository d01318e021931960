import type { RiskState, TradingState, VerdictsReached } from '@tradewind/risk';
import { toNumber } from '@tradewind/vocabulary';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

const LEVEL = { ACTIVE: 0, REDUCING: 1, HALTED: 2 } as const;

/** What operators watch of risk: what is refused and why, what breakers do, how deep the drawdown is. */
export class RiskMetrics {
  readonly #verdicts: Counter<'status' | 'code'>;
  readonly #breakers: Counter<'rule' | 'action'>;
  readonly #state: Gauge<'account'>;
  readonly #drawdown: Gauge<'account'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#verdicts = new Counter({
      name: 'tw_verdicts_total',
      help: 'Verdicts on signals; code is the reason of a denial',
      labelNames: ['status', 'code'],
      registers,
    });
    this.#breakers = new Counter({
      name: 'tw_breaker_actions_total',
      help: 'What circuit breakers did',
      labelNames: ['rule', 'action'],
      registers,
    });
    this.#state = new Gauge({ name: 'tw_trading_state', help: '0 active, 1 reducing, 2 halted', labelNames: ['account'], registers });
    this.#drawdown = new Gauge({
      name: 'tw_account_drawdown',
      help: 'Loss since the peak that breakers measure from, as a fraction',
      labelNames: ['account'],
      registers,
    });
  }

  observeStep({ verdicts, breakers, state }: VerdictsReached, { equity, peakEquity, accountId: account }: RiskState): void {
    for (const verdict of verdicts) this.#verdicts.inc({ status: verdict.status, code: verdict.status === 'DENIED' ? verdict.code : '' });
    for (const { rule, action } of breakers) this.#breakers.inc({ rule, action });
    this.#drawdown.set({ account }, peakEquity > 0n ? 1 - toNumber(equity) / toNumber(peakEquity) : 0);
    this.observeState(state);
  }

  observeState({ accountId: account, status }: TradingState): void {
    this.#state.set({ account }, LEVEL[status]);
  }
}
