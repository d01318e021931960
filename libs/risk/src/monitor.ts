import type { AccountSnapshot } from '@tradewind/portfolio';
import type { Instrument, StepHeader, UnixNanos } from '@tradewind/vocabulary';

import type { Breaker, MonitorView } from './breakers/breaker.js';
import { drawdownClose } from './breakers/drawdown.js';
import { BREAKERS } from './breakers/sequence.js';
import { PortfolioRisk } from './exposure/portfolio-risk.js';
import type { BreakerAction, TradingStatus } from './facts.js';
import type { ReturnHistory } from './history.js';
import { tradingStateOf } from './journal.js';
import type { Journal } from './journal.js';
import type { RiskProfile } from './profile.js';
import type { Protection } from './protective-orders.js';
import type { Tightening } from './protective-stops.js';
import type { RiskState } from './risk-state.js';

const SEVERITY: Readonly<Record<TradingStatus, number>> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 };

const actorOf = (breaker: Breaker): string => `breaker:${breaker.rule}`;

/** When something is watched, and how ids of that moment begin: derived, so that the same moment gives the same orders. */
export interface Moment {
  readonly at: UnixNanos;
  /** Of events. */
  readonly key: string;
  /** Of actions: inside the account. */
  readonly actionKey: string;
}

/** Most steps need no ids. */
export class StepMoment implements Moment {
  constructor(private readonly header: StepHeader) {}

  get at(): UnixNanos {
    return this.header.at;
  }
  get key(): string {
    return `${this.header.run}/${this.header.step}`;
  }
  get actionKey(): string {
    return String(this.header.step);
  }
}

/** What estimates rest on. */
export interface Estimated {
  readonly account: AccountSnapshot;
  readonly history: ReturnHistory;
  readonly instruments: Readonly<Record<string, Instrument>>;
}

/** What was done, severe first, and what it asks of positions and stops. */
export interface Watched {
  readonly actions: readonly BreakerAction[];
  readonly protections: readonly Protection[];
  readonly tightening: Tightening | undefined;
}

/** Is its own view: what breakers look at is made only when one looks. */
class Watch implements MonitorView, Watched {
  readonly actions: BreakerAction[] = [];
  readonly protections: Protection[] = [];
  tightening: Tightening | undefined;
  #portfolio: PortfolioRisk | undefined;

  constructor(
    private readonly journal: Journal,
    readonly previous: RiskState,
    private readonly moment: Moment,
    readonly profile: RiskProfile,
    private readonly estimated: Estimated,
  ) {}

  get state(): RiskState {
    return this.journal.state;
  }
  get portfolio(): PortfolioRisk {
    const { account, history, instruments } = this.estimated;
    return (this.#portfolio ??= new PortfolioRisk(account, history, instruments));
  }

  /** Ends episodes, resumes where the profile says so, fires breakers. */
  run(): Watched {
    for (const breaker of BREAKERS) if (this.#isFired(breaker) && breaker.isOver(this)) this.#rearm(breaker);
    this.#resumeAfterHalt();
    for (const breaker of BREAKERS) if (!this.#isFired(breaker) && breaker.isTripped(this)) this.#fire(breaker);
    return this;
  }

  #isFired({ rule }: Breaker): boolean {
    return this.journal.state.fired[rule];
  }

  #actionId(rule: string): string {
    return `br/${this.journal.state.accountId}/${this.moment.actionKey}/${rule}`;
  }

  #changeStatus(status: TradingStatus, actor: string, reason: string, rebasesPeak: boolean): void {
    const { at, key } = this.moment;
    this.journal.record({
      type: 'TradingStatusChanged',
      id: `rs/${key}/${actor}/${status}`,
      at,
      state: tradingStateOf(this.journal.state, status, actor, reason, at),
      byBreaker: status !== 'ACTIVE',
      rebasesPeak,
      commandId: '',
      flattens: false,
    });
  }

  #rearm(breaker: Breaker): void {
    const { at, key } = this.moment;
    this.journal.record({ type: 'BreakerRearmed', id: `ra/${key}/${breaker.rule}`, at, rule: breaker.rule });
    const { trading } = this.journal.state;
    if (trading.status !== 'REDUCING' || trading.actor !== actorOf(breaker)) return;
    const other = BREAKERS.find((each) => this.#isFired(each) && each.becomes(this.profile) === 'REDUCING' && !each.isOver(this));
    if (other !== undefined) {
      // Another one still wants no entries: from now on they wait for that.
      this.#changeStatus('REDUCING', actorOf(other), other.reason, false);
      return;
    }
    this.actions.push({
      id: `${this.#actionId(breaker.rule)}/resume`,
      at,
      rule: breaker.rule,
      action: 'RESUME',
      measured: breaker.measured(this),
      limit: breaker.limit(this.profile),
    });
    this.#changeStatus('ACTIVE', actorOf(breaker), breaker.endReason, false);
  }

  #fire(breaker: Breaker): void {
    const { at, key } = this.moment;
    const action: BreakerAction = {
      id: this.#actionId(breaker.rule),
      at,
      rule: breaker.rule,
      action: breaker.action,
      measured: breaker.measured(this),
      limit: breaker.limit(this.profile),
    };
    this.actions.push(action);
    this.#protect(breaker, action);
    this.journal.record({ type: 'BreakerFired', id: `bf/${key}/${breaker.rule}`, at, rule: breaker.rule, action });
    const status = breaker.becomes(this.profile);
    if (SEVERITY[status] <= SEVERITY[this.journal.state.trading.status]) return;
    this.#changeStatus(status, actorOf(breaker), breaker.reason, false);
    if (status === 'HALTED') this.actions.push({ ...action, id: `${action.id}/halt`, action: 'HALT' });
  }

  #protect(breaker: Breaker, { id, action }: BreakerAction): void {
    const purpose = `breaker:${breaker.rule}`;
    const { volatilitySpike } = this.profile.breakers;
    if (action === 'CLOSE_ALL' || action === 'REDUCE_HALF')
      this.protections.push({ id, purpose, cut: action === 'CLOSE_ALL' ? 'ALL' : 'HALF' });
    else if (action === 'REBALANCE') this.protections.push({ id, purpose, cut: breaker.cuts?.(this) ?? new Map() });
    else if (action === 'TIGHTEN_STOPS' && volatilitySpike !== 'off') this.tightening = { id, kept: volatilitySpike.stopDistanceKept };
  }

  /** Only after a breaker's halt, and only where the profile says so: what a person halted waits for a person. */
  #resumeAfterHalt(): void {
    const { trading, haltedInSession, session } = this.journal.state;
    const { autoResume, name } = this.profile;
    if (autoResume === 'off' || trading.status !== 'HALTED' || haltedInSession < 0) return;
    const { afterSessions } = autoResume;
    if (session - haltedInSession < afterSessions) return;
    this.actions.push({
      id: this.#actionId('auto-resume'),
      at: this.moment.at,
      rule: 'auto-resume',
      action: 'RESUME',
      measured: drawdownClose.measured(this),
      limit: drawdownClose.limit(this.profile),
    });
    const reason = `resumed ${afterSessions} sessions after the halt; drawdown is measured from today`;
    this.#changeStatus('ACTIVE', `${name}-profile`, reason, true);
  }
}

/** Watches account and market after they were observed. `previous` is the state before. */
export const watchAccount = (journal: Journal, previous: RiskState, moment: Moment, profile: RiskProfile, estimated: Estimated): Watched =>
  new Watch(journal, previous, moment, profile, estimated).run();
