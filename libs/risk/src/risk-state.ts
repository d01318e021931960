import { greatest, unreachable, ZERO_MONEY } from '@tradewind/vocabulary';
import type { AccountId, Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { BreakerAction, TradingState } from './facts.js';

export const BREAKER_RULES = ['weekly-loss', 'daily-loss', 'drawdown-close', 'drawdown-reduce'] as const;
export type BreakerRule = (typeof BREAKER_RULES)[number];

/** A DAY order that nobody reported on after this many sessions is gone. */
const UNREPORTED_SESSIONS_MAX = 1;
const COMMAND_IDS_KEPT = 32;
const PAST_RUNS_KEPT = 16;
const NANOS_PER_DAY = 86_400_000_000_000n;

/** An approved order that has not been reported closed: its worst case is reserved. */
export interface PendingOrder {
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly leaves: Quantity;
  /** The worst price it can fill at; 0 for a reduction, which reserves shares and no cash. */
  readonly worstPrice: Price;
  readonly reduces: boolean;
  readonly isDay: boolean;
  readonly session: number;
}

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
  readonly pending: Readonly<Record<string, PendingOrder>>;
  readonly commandIds: readonly string[];
}

interface RiskFact {
  readonly id: string;
  readonly at: UnixNanos;
}

export type RiskEvent =
  | (RiskFact & {
      readonly type: 'AccountObserved';
      readonly run: string;
      readonly step: number;
      readonly equity: Money;
      readonly fills: readonly { readonly clientOrderId: string; readonly leaves: Quantity }[];
      readonly closed: readonly string[];
    })
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
    });

const NONE_FIRED: RiskState['fired'] = { 'weekly-loss': false, 'daily-loss': false, 'drawdown-close': false, 'drawdown-reduce': false };

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
  commandIds: [],
});

/** The step has been decided, or its run is over. */
export const isStepDecided = (state: RiskState, run: string, step: number): boolean =>
  run === state.run ? step <= state.step : state.pastRuns.includes(run);

type Observed = Extract<RiskEvent, { type: 'AccountObserved' }>;

const settlePending = (state: RiskState, event: Observed, session: number): RiskState['pending'] => {
  const ids = Object.keys(state.pending);
  if (ids.length === 0) return state.pending;
  const leaves = new Map(event.fills.map((fill) => [fill.clientOrderId, fill.leaves]));
  const closed = new Set(event.closed);
  const pending: Record<string, PendingOrder> = {};
  for (const id of ids) {
    const order = state.pending[id]!;
    const left = leaves.get(id) ?? order.leaves;
    const isLost = order.isDay && session - order.session > UNREPORTED_SESSIONS_MAX;
    if (!closed.has(id) && !isLost && left > 0n) pending[id] = { ...order, leaves: left };
  }
  return pending;
};

const observe = (state: RiskState, event: Observed): RiskState => {
  const isFirst = state.sessionDay === -1;
  const day = Number(event.at / NANOS_PER_DAY);
  // 1970-01-01 was a Thursday: three days after the Monday that starts week 0.
  const week = Math.floor((day + 3) / 7);
  const opensSession = day !== state.sessionDay;
  const session = opensSession ? state.session + 1 : state.session;
  const before = isFirst ? event.equity : state.equity;
  return {
    ...state,
    run: event.run,
    pastRuns: event.run === state.run || state.run === '' ? state.pastRuns : [...state.pastRuns, state.run].slice(-PAST_RUNS_KEPT),
    step: event.step,
    session,
    sessionDay: day,
    week,
    equity: event.equity,
    peakEquity: greatest(state.peakEquity, event.equity),
    dayStartEquity: opensSession ? before : state.dayStartEquity,
    weekStartEquity: week === state.week ? state.weekStartEquity : before,
    tradesThisSession: opensSession ? 0 : state.tradesThisSession,
    lastSignals: event.run === state.run ? state.lastSignals : {},
    pending: settlePending(state, event, session),
  };
};

const changeStatus = (state: RiskState, event: Extract<RiskEvent, { type: 'TradingStatusChanged' }>): RiskState => ({
  ...state,
  trading: event.state,
  haltedInSession: event.state.status === 'HALTED' && event.byBreaker ? state.session : -1,
  peakEquity: event.rebasesPeak ? state.equity : state.peakEquity,
  fired: event.rebasesPeak ? { ...state.fired, 'drawdown-close': false, 'drawdown-reduce': false } : state.fired,
  flattenFor: event.flattens ? event.commandId : event.state.status === 'HALTED' ? state.flattenFor : '',
  commandIds: event.commandId === '' ? state.commandIds : [...state.commandIds, event.commandId].slice(-COMMAND_IDS_KEPT),
});

const judge = (state: RiskState, event: Extract<RiskEvent, { type: 'StepJudged' }>): RiskState => {
  const lastSignals =
    event.judged.length === 0
      ? state.lastSignals
      : { ...state.lastSignals, ...Object.fromEntries(event.judged.map(({ symbol, at }) => [symbol, at])) };
  const pending =
    event.reserved.length === 0
      ? state.pending
      : { ...state.pending, ...Object.fromEntries(event.reserved.map((order) => [order.clientOrderId, order])) };
  return {
    ...state,
    lastSignals,
    pending,
    tradesThisSession: state.tradesThisSession + event.trades,
    flattenFor: event.flattened ? '' : state.flattenFor,
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
    default:
      return unreachable(event);
  }
};
