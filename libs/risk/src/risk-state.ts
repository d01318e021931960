import { greatest, unreachable, ZERO_MONEY } from '@tradewind/vocabulary';
import type { AccountId, Money, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { evolveControls, forgetForecasts, NO_CONTROLS } from './controls/control-state.js';
import type { ControlReadings, ControlState } from './controls/control-state.js';
import type { BreakerAction, TradingState } from './facts.js';
import { releaseOrders, reserveOrders } from './reservation.js';
import type { FillHeard, PendingOrder, ReleaseMoment, Reservations } from './reservation.js';
import { withStops } from './protective-stops.js';
import type { ProtectiveStops, StopHeard } from './protective-stops.js';
import { withStrategyFills } from './strategy-holdings.js';
import type { StrategyHoldings } from './strategy-holdings.js';
import { NO_ACTIVITY, openSession, withApprovals, withTrades } from './trade-activity.js';
import type { TradeActivity, TradeHeard } from './trade-activity.js';

export const BREAKER_RULES = [
  'weekly-loss',
  'daily-loss',
  'drawdown-close',
  'drawdown-reduce',
  'value-at-risk',
  'sector-exposure',
  'factor-exposure',
  'correlation-breakdown',
  'volatility-spike',
  'model-accuracy',
  'data-quality',
  'decision-latency',
] as const;
export type BreakerRule = (typeof BREAKER_RULES)[number];

const COMMAND_IDS_KEPT = 32;
const PAST_RUNS_KEPT = 16;
const NANOS_PER_DAY = 86_400_000_000_000n;

/** Everything the risk stage knows; plain data. */
export interface RiskState {
  readonly accountId: AccountId;
  readonly trading: TradingState;
  readonly run: string;
  /** Runs before this one, the latest last; what is still delivered of them is done. */
  readonly pastRuns: readonly string[];
  readonly step: number;
  /** Sessions (UTC dates) seen so far, the date as days since 1970, the week (Monday first) as weeks. */
  readonly session: number;
  readonly sessionDay: number;
  readonly week: number;
  readonly equity: Money;
  readonly peakEquity: Money;
  /** Equity at the end of the session and of the week before. */
  readonly dayStartEquity: Money;
  readonly weekStartEquity: Money;
  readonly tradesThisSession: number;
  readonly fired: Readonly<Record<BreakerRule, boolean>>;
  /** The session in which a breaker halted trading; -1 when none has. */
  readonly haltedInSession: number;
  /** The command that wants every position closed with the next step; empty for none. */
  readonly flattenFor: string;
  /** Instant of the last judged signal, by symbol. */
  readonly lastSignals: Readonly<Record<string, UnixNanos>>;
  readonly pending: Reservations;
  /** What was approved and traded lately. */
  readonly activity: TradeActivity;
  readonly strategyHoldings: StrategyHoldings;
  /** Stop orders that work beside the positions, as far as they were heard of. */
  readonly stops: ProtectiveStops;
  readonly controls: ControlState;
  /** Text of the profile that a command put in force; empty for the one of the settings. */
  readonly profileText: string;
  /** Instant of the account last observed. */
  readonly accountAt: UnixNanos;
  readonly commandIds: readonly string[];
}

interface RiskFact {
  readonly id: string;
  readonly at: UnixNanos;
}

/** What became of orders and account, in a step or between two. */
export interface Heard {
  readonly equity: Money;
  readonly fills: readonly (FillHeard & TradeHeard)[];
  readonly closed: readonly string[];
  readonly stops: readonly StopHeard[];
}

export type RiskEvent =
  | (RiskFact & Heard & { readonly type: 'AccountObserved'; readonly run: string; readonly step: number })
  /** Between the steps; `accountAt` is the instant of the account that was told. */
  | (RiskFact & Heard & { readonly type: 'ChangesObserved'; readonly accountAt: UnixNanos })
  | (RiskFact & { readonly type: 'ControlsRead'; readonly readings: ControlReadings })
  | (RiskFact & { readonly type: 'BreakerFired'; readonly rule: BreakerRule; readonly action: BreakerAction })
  | (RiskFact & { readonly type: 'BreakerRearmed'; readonly rule: BreakerRule })
  | (RiskFact & {
      readonly type: 'TradingStatusChanged';
      readonly state: TradingState;
      readonly byBreaker: boolean;
      /** A resume starts the drawdown anew at today's equity: else the account would trade without that breaker until a new high. */
      readonly rebasesPeak: boolean;
      /** Command that caused it, or empty; and whether it wants the positions closed. */
      readonly commandId: string;
      readonly flattens: boolean;
    })
  | (RiskFact & {
      readonly type: 'StepJudged';
      readonly judged: readonly { readonly symbol: Symbol; readonly at: UnixNanos }[];
      readonly reserved: readonly PendingOrder[];
      readonly trades: number;
      readonly flattened: boolean;
      readonly tightened: readonly StopHeard[];
    })
  /** Orders of breakers between the steps. */
  | (RiskFact & {
      readonly type: 'ProtectionsReserved';
      readonly reserved: readonly PendingOrder[];
      readonly tightened: readonly StopHeard[];
    })
  | (RiskFact & {
      readonly type: 'ProfileReloaded';
      readonly profileText: string;
      readonly actor: string;
      readonly reason: string;
      readonly commandId: string;
    });

const NONE_FIRED = Object.fromEntries(BREAKER_RULES.map((rule) => [rule, false])) as RiskState['fired'];

export const initialRisk = (opening: { readonly accountId: AccountId }): RiskState => ({
  accountId: opening.accountId,
  trading: { accountId: opening.accountId, status: 'ACTIVE', actor: 'tradewind', reason: 'opened', since: 0n as UnixNanos },
  run: '',
  pastRuns: [],
  step: -1,
  session: 0,
  sessionDay: -1,
  week: -1,
  equity: ZERO_MONEY,
  peakEquity: ZERO_MONEY,
  dayStartEquity: ZERO_MONEY,
  weekStartEquity: ZERO_MONEY,
  tradesThisSession: 0,
  fired: NONE_FIRED,
  haltedInSession: -1,
  flattenFor: '',
  lastSignals: {},
  pending: {},
  activity: NO_ACTIVITY,
  strategyHoldings: {},
  stops: {},
  controls: NO_CONTROLS,
  profileText: '',
  accountAt: 0n as UnixNanos,
  commandIds: [],
});

/** A state that an older version saved has nothing of what came since: it begins empty. */
export const completeRisk = (state: RiskState): RiskState => {
  const saved: Partial<RiskState> = state;
  if (saved.stops !== undefined) return state;
  return { ...initialRisk({ accountId: state.accountId }), ...state, fired: { ...NONE_FIRED, ...state.fired } };
};

/** The step has been decided, or its run is over. */
export const isStepDecided = (state: RiskState, run: string, step: number): boolean =>
  run === state.run ? step <= state.step : state.pastRuns.includes(run);

type Observed = Extract<RiskEvent, { type: 'AccountObserved' }>;

/** What of the state only a step moves. */
type Place = Pick<RiskState, 'run' | 'pastRuns' | 'step' | 'lastSignals' | 'controls' | 'accountAt'>;

/**
 * The account at an instant of the session `day`: sessions and weeks begin, and the peak moves. Field by field: copying the state whole first costs twice as much, and
 * this is done at every step of a backtest. */
const takeIn = (state: RiskState, heard: Heard, day: number, moment: Pick<ReleaseMoment, 'at' | 'isStep'>, place: Place): RiskState => {
  const isFirst = state.sessionDay === -1;
  // 1970-01-01 was a Thursday: three days after the Monday that starts week 0.
  const week = Math.floor((day + 3) / 7);
  const opensSession = day !== state.sessionDay;
  const session = opensSession ? state.session + 1 : state.session;
  const before = isFirst ? heard.equity : state.equity;
  const { fills } = heard;
  return {
    accountId: state.accountId,
    trading: state.trading,
    run: place.run,
    pastRuns: place.pastRuns,
    step: place.step,
    session,
    sessionDay: day,
    week,
    equity: heard.equity,
    peakEquity: greatest(state.peakEquity, heard.equity),
    dayStartEquity: opensSession ? before : state.dayStartEquity,
    weekStartEquity: week === state.week ? state.weekStartEquity : before,
    tradesThisSession: opensSession ? 0 : state.tradesThisSession,
    fired: state.fired,
    haltedInSession: state.haltedInSession,
    flattenFor: state.flattenFor,
    lastSignals: place.lastSignals,
    pending: releaseOrders(state.pending, heard, { ...moment, session }),
    activity: withTrades(opensSession ? openSession(state.activity, session) : state.activity, session, fills),
    strategyHoldings: fills.length === 0 ? state.strategyHoldings : withStrategyFills(state.strategyHoldings, fills, state.pending),
    stops: withStops(state.stops, heard.stops),
    controls: place.controls,
    profileText: state.profileText,
    accountAt: place.accountAt,
    commandIds: state.commandIds,
  };
};

const observe = (state: RiskState, event: Observed): RiskState => {
  const isSameRun = event.run === state.run;
  const moment = { at: event.at, isStep: true };
  return takeIn(state, event, Number(event.at / NANOS_PER_DAY), moment, {
    run: event.run,
    pastRuns: isSameRun || state.run === '' ? state.pastRuns : [...state.pastRuns, state.run].slice(-PAST_RUNS_KEPT),
    step: event.step,
    lastSignals: isSameRun ? state.lastSignals : {},
    controls: isSameRun ? state.controls : forgetForecasts(state.controls),
    accountAt: event.at,
  });
};

/** Between the steps nothing goes back in time: a report of yesterday opens no session, and an account older than the known one tells no equity. */
const hearChanges = (state: RiskState, event: Extract<RiskEvent, { type: 'ChangesObserved' }>): RiskState => {
  const isNewer = event.accountAt >= state.accountAt;
  const day = Math.max(state.sessionDay, Number(event.at / NANOS_PER_DAY));
  const heard = isNewer ? event : { ...event, equity: state.equity };
  const place = { ...state, accountAt: isNewer ? event.accountAt : state.accountAt };
  return takeIn(state, heard, day, { at: event.at, isStep: false }, place);
};

const remembered = ({ commandIds }: RiskState, commandId: string): readonly string[] =>
  commandId === '' ? commandIds : [...commandIds, commandId].slice(-COMMAND_IDS_KEPT);

const changeStatus = (state: RiskState, event: Extract<RiskEvent, { type: 'TradingStatusChanged' }>): RiskState => ({
  ...state,
  trading: event.state,
  haltedInSession: event.state.status === 'HALTED' && event.byBreaker ? state.session : -1,
  peakEquity: event.rebasesPeak ? state.equity : state.peakEquity,
  fired: event.rebasesPeak ? { ...state.fired, 'drawdown-close': false, 'drawdown-reduce': false } : state.fired,
  flattenFor: event.flattens ? event.commandId : event.state.status === 'HALTED' ? state.flattenFor : '',
  commandIds: remembered(state, event.commandId),
});

const judge = (state: RiskState, event: Extract<RiskEvent, { type: 'StepJudged' }>): RiskState => {
  const lastSignals =
    event.judged.length === 0
      ? state.lastSignals
      : { ...state.lastSignals, ...Object.fromEntries(event.judged.map(({ symbol, at }) => [symbol, at])) };
  return {
    ...state,
    lastSignals,
    pending: reserveOrders(state.pending, event.reserved),
    activity: withApprovals(state.activity, event.at, event.trades),
    tradesThisSession: state.tradesThisSession + event.trades,
    flattenFor: event.flattened ? '' : state.flattenFor,
    stops: withStops(state.stops, event.tightened),
  };
};

/** The state after one more event; folding it over all events of an account gives the saved state. */
export const evolveRisk = (state: RiskState, event: RiskEvent): RiskState => {
  switch (event.type) {
    case 'AccountObserved':
      return observe(state, event);
    case 'BreakerFired':
      return { ...state, fired: { ...state.fired, [event.rule]: true } };
    case 'BreakerRearmed':
      return { ...state, fired: { ...state.fired, [event.rule]: false } };
    case 'TradingStatusChanged':
      return changeStatus(state, event);
    case 'StepJudged':
      return judge(state, event);
    case 'ChangesObserved':
      return hearChanges(state, event);
    case 'ControlsRead':
      return { ...state, controls: evolveControls(state.controls, state.step, event.readings) };
    case 'ProtectionsReserved':
      return { ...state, pending: reserveOrders(state.pending, event.reserved), stops: withStops(state.stops, event.tightened) };
    case 'ProfileReloaded':
      return { ...state, profileText: event.profileText, commandIds: remembered(state, event.commandId) };
    default:
      return unreachable(event);
  }
};
