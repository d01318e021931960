import { subtract, toNumber } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { BreakerAction, TradingStatus } from './facts.js';
import type { Ratio, RiskProfile } from './profile.js';
import type { BreakerRule, RiskState } from './risk-state.js';

const SCALE = 1_000_000_000n;

/** A rule that watches equity. It fires once an episode, and again only after the episode has ended. */
export interface Breaker {
  readonly rule: BreakerRule;
  readonly action: Extract<BreakerAction['action'], 'REDUCE_HALF' | 'CLOSE_ALL'>;
  /** What trading becomes; ACTIVE leaves it as it is. */
  readonly status: TradingStatus;
  readonly reason: string;
  /** Equity that the loss is measured from. */
  base(state: RiskState): Money;
  limit(profile: RiskProfile): Ratio;
  /** The episode is over: for drawdowns when enough was won back, for daily and weekly losses with the next day or week. */
  isOver(state: RiskState, previous: RiskState, profile: RiskProfile): boolean;
}

const lossOf = (base: Money, equity: Money): Money => subtract(base, equity);
const reaches = (base: Money, equity: Money, limit: Ratio): boolean => base > 0n && lossOf(base, equity) * SCALE >= base * limit;
const recovered = (base: Money, equity: Money, rearm: Ratio): boolean => lossOf(base, equity) * SCALE <= base * rearm;

const weeklyLoss: Breaker = {
  rule: 'weekly-loss',
  action: 'CLOSE_ALL',
  status: 'REDUCING',
  reason: 'weekly loss limit reached; entries resume next week',
  base: (state) => state.weekStartEquity,
  limit: (profile) => profile.breakers.weeklyLoss.limit,
  isOver: (state, previous) => state.week !== previous.week,
};

const dailyLoss: Breaker = {
  rule: 'daily-loss',
  action: 'REDUCE_HALF',
  status: 'REDUCING',
  reason: 'daily loss limit reached; entries resume next session',
  base: (state) => state.dayStartEquity,
  limit: (profile) => profile.breakers.dailyLoss.limit,
  isOver: (state, previous) => state.session !== previous.session,
};

/** The only one that halts. */
export const drawdownClose: Breaker = {
  rule: 'drawdown-close',
  action: 'CLOSE_ALL',
  status: 'HALTED',
  reason: 'drawdown limit reached; resuming is manual',
  base: (state) => state.peakEquity,
  limit: (profile) => profile.breakers.drawdownClose.limit,
  isOver: (state, _previous, profile) => recovered(state.peakEquity, state.equity, profile.breakers.drawdownClose.rearm),
};

const drawdownReduce: Breaker = {
  rule: 'drawdown-reduce',
  action: 'REDUCE_HALF',
  status: 'ACTIVE',
  reason: 'drawdown limit reached; new sizes are halved until it is won back',
  base: (state) => state.peakEquity,
  limit: (profile) => profile.breakers.drawdownReduce.limit,
  isOver: (state, _previous, profile) => recovered(state.peakEquity, state.equity, profile.breakers.drawdownReduce.rearm),
};

/** The severe ones first. */
export const BREAKERS: readonly Breaker[] = [drawdownClose, weeklyLoss, dailyLoss, drawdownReduce];

export const hasTripped = (breaker: Breaker, state: RiskState, profile: RiskProfile): boolean =>
  reaches(breaker.base(state), state.equity, breaker.limit(profile));

/** Loss as a fraction of the base, for the record; 0 while there is no base. */
export const measuredLoss = (breaker: Breaker, state: RiskState): number => {
  const base = breaker.base(state);
  return base <= 0n ? 0 : toNumber(lossOf(base, state.equity)) / toNumber(base);
};
