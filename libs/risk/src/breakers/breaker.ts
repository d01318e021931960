import type { BreakerAction, TradingStatus } from '../facts.js';
import type { PortfolioRisk } from '../exposure/portfolio-risk.js';
import type { RiskProfile } from '../profile.js';
import type { BreakerRule, RiskState } from '../risk-state.js';

/** What a breaker may look at. */
export interface MonitorView {
  /** With the account as it was just observed. */
  readonly state: RiskState;
  /** Before it was. */
  readonly previous: RiskState;
  readonly profile: RiskProfile;
  readonly portfolio: PortfolioRisk;
}

/** A rule that watches one measure. It fires once an episode, and again only after the episode has ended. One that is off never fires and is always over. */
export interface Breaker {
  readonly rule: BreakerRule;
  readonly action: Exclude<BreakerAction['action'], 'HALT' | 'RESUME'>;
  /** Why trading becomes what it becomes, and why it becomes ACTIVE again; for what stays. */
  readonly reason: string;
  readonly endReason: string;
  /** What trading becomes; ACTIVE leaves it as it is. HALTED ends by hand alone. */
  becomes(profile: RiskProfile): TradingStatus;
  /** At the limit it has tripped. False when it can't be measured. */
  isTripped(view: MonitorView): boolean;
  /** The episode is over. False when it can't be measured: what isn't known hasn't recovered. */
  isOver(view: MonitorView): boolean;
  /** For the record: NaN is never told, what isn't known is 0. */
  measured(view: MonitorView): number;
  limit(profile: RiskProfile): number;
  /** Of a breaker that rebalances: share to cut by symbol. */
  cuts?(view: MonitorView): ReadonlyMap<string, number>;
}
