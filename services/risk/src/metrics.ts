import { accuracyOf } from '@tradewind/risk';
import type { BreakerAction, RiskReport, TradingState, VerdictsReached } from '@tradewind/risk';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { RiskMoment } from './moment.js';

const LEVEL = { ACTIVE: 0, REDUCING: 1, HALTED: 2 } as const;

/** What operators watch of risk: what is refused and why, what breakers do and measure, how deep the drawdown is, what could be lost. */
export class RiskMetrics {
  readonly #verdicts: Counter<'status' | 'code'>;
  readonly #actions: Counter<'rule' | 'action'>;
  readonly #state: Gauge<'account'>;
  readonly #drawdown: Gauge<'account'>;
  readonly #measured: Gauge<'rule'>;
  readonly #fired: Gauge<'rule'>;
  readonly #losses: Gauge<'measure' | 'method' | 'confidence'>;
  readonly #sectors: Gauge<'sector'>;
  readonly #factors: Gauge<'factor'>;
  readonly #controls: Gauge<'control'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#verdicts = new Counter({
      name: 'tw_verdicts_total',
      help: 'Verdicts on signals; code is the reason of a denial',
      labelNames: ['status', 'code'],
      registers,
    });
    this.#actions = new Counter({
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
    this.#measured = new Gauge({
      name: 'tw_breaker_measured',
      help: 'What each armed breaker measures, in the unit of its limit',
      labelNames: ['rule'],
      registers,
    });
    this.#fired = new Gauge({ name: 'tw_breaker_fired', help: '1 while the episode of a breaker lasts', labelNames: ['rule'], registers });
    this.#losses = new Gauge({
      name: 'tw_loss_at_risk',
      help: 'Value at risk and CVaR over one bar, as a fraction of equity',
      labelNames: ['measure', 'method', 'confidence'],
      registers,
    });
    this.#sectors = new Gauge({
      name: 'tw_sector_exposure',
      help: 'Exposure by sector, long and short together, as a fraction of equity',
      labelNames: ['sector'],
      registers,
    });
    this.#factors = new Gauge({ name: 'tw_factor_beta', help: 'Beta of equity against a factor', labelNames: ['factor'], registers });
    this.#controls = new Gauge({
      name: 'tw_control_reading',
      help: 'Last readings of the system controls: shares, and milliseconds of latency',
      labelNames: ['control'],
      registers,
    });
  }

  observeStep({ verdicts, breakers, state }: VerdictsReached): void {
    for (const verdict of verdicts) this.#verdicts.inc({ status: verdict.status, code: verdict.status === 'DENIED' ? verdict.code : '' });
    this.observeActions(breakers, state);
  }

  observeActions(actions: readonly BreakerAction[], state: TradingState): void {
    for (const { rule, action } of actions) this.#actions.inc({ rule, action });
    this.observeState(state);
  }

  observeState({ accountId: account, status }: TradingState): void {
    this.#state.set({ account }, LEVEL[status]);
  }

  observeMoment({ state, report }: RiskMoment): void {
    const { accountId: account, controls } = state;
    if (report !== undefined) this.#observeReport(account, report);
    const accuracy = accuracyOf(controls);
    if (accuracy !== undefined) this.#controls.set({ control: 'model-accuracy' }, accuracy.share);
    if (controls.lastQuality >= 0) this.#controls.set({ control: 'data-quality' }, controls.lastQuality);
    if (controls.lastLatencyMs >= 0) this.#controls.set({ control: 'decision-latency-ms' }, controls.lastLatencyMs);
  }

  #observeReport(account: string, { drawdown, breakers, losses, sectors, factors }: RiskReport): void {
    this.#drawdown.set({ account }, drawdown);
    for (const { rule, isArmed, isFired, measured } of breakers) {
      if (isArmed) this.#measured.set({ rule }, measured);
      this.#fired.set({ rule }, isFired ? 1 : 0);
    }
    for (const { measure, method, confidence, loss } of losses) this.#losses.set({ measure, method, confidence: String(confidence) }, loss);
    this.#sectors.reset();
    for (const [sector, exposure] of sectors) this.#sectors.set({ sector }, exposure);
    for (const [factor, beta] of Object.entries(factors)) this.#factors.set({ factor }, beta);
  }
}
