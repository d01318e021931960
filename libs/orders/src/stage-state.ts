import { applyMarks, bookFill, markPosition, openAccount } from '@tradewind/portfolio';
import type { AccountState, OwnedAccount, LotMethod } from '@tradewind/portfolio';
import { copyRecord, unreachable, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { AccountId, Money, Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { keptActions, withTakenActions } from './actions/remembered-actions.js';
import type { RememberedActions } from './actions/remembered-actions.js';
import type { OrderEvent } from './facts.js';
import type { SeenMarket } from './seen-market.js';
import { evolveOrder } from './order.js';
import type { Order } from './order.js';
import { isTerminal } from './transition.js';

/** Closed orders are kept this long, so that a repeated intent is recognised and a late fill finds its order. */
export const CLOSED_ORDER_STEPS = 20;
const PAST_RUNS_KEPT = 16;

export type TradingStatusSeen = 'ACTIVE' | 'REDUCING' | 'HALTED';

export interface OpenOrder {
  readonly order: Order;
  /** 0, 1, 2 … in the order of placing; decides who is matched first. */
  readonly placement: number;
  /** The first step whose bars may fill it: never the bars it was decided on. */
  readonly workingFromStep: number;
}

export interface ClosedOrder {
  readonly order: Order;
  readonly closedAtStep: number;
}

export interface LastBar {
  readonly close: Price;
  readonly session: number;
  readonly warmUp: boolean;
}

/** Everything the orders stage knows; plain data. */
export interface OrdersState {
  readonly account: AccountState;
  readonly run: string;
  /** Runs before this one, the latest last; what is still delivered of them is done. */
  readonly pastRuns: readonly string[];
  readonly executedStep: number;
  readonly placedStep: number;
  /** Sessions (UTC dates with bars) so far, the date as days since 1970, and the first step of the session. */
  readonly session: number;
  readonly sessionDay: number;
  readonly sessionStartStep: number;
  /** About 60 bytes a symbol. */
  readonly lastBars: Readonly<Record<string, LastBar>>;
  readonly open: Readonly<Record<string, OpenOrder>>;
  readonly closed: Readonly<Record<string, ClosedOrder>>;
  readonly placements: number;
  /** Of symbols with open orders, where ticks come: book and places in the queue. Absent until the first tick. */
  readonly markets?: Readonly<Record<string, SeenMarket>>;
  /** With latency: when open orders are at the venue that were not there yet at the last placing. */
  readonly arrivals?: Readonly<Record<string, UnixNanos>>;
  /** Splits and dividends that were told. Absent until the first. */
  readonly actions?: RememberedActions;
  /** `ANNOUNCED` by risk.states; `CONFIRMED` once a verdict has said it too, so that a verdict from before the halt can't lift it. */
  readonly halt: 'NONE' | 'ANNOUNCED' | 'CONFIRMED';
}

interface StageFact {
  readonly id: string;
  readonly at: UnixNanos;
}

/** What the stage remembers beside order events. */
export type StageEvent =
  | (StageFact & {
      readonly type: 'BarsArrived';
      readonly run: string;
      readonly step: number;
      readonly bars: readonly { readonly symbol: Symbol; readonly close: Price; readonly warmUp: boolean }[];
    })
  | (StageFact & { readonly type: 'VerdictsArrived'; readonly run: string; readonly step: number; readonly status: TradingStatusSeen })
  | (StageFact & { readonly type: 'TradingStatusAnnounced'; readonly status: TradingStatusSeen })
  /** All orders that are under way from now on, and when each arrives. */
  | (StageFact & { readonly type: 'OrdersSent'; readonly arrivals: Readonly<Record<string, UnixNanos>> })
  /** All markets that matter from now on, after a step's ticks. */
  | (StageFact & { readonly type: 'MarketsSeen'; readonly markets: Readonly<Record<string, SeenMarket>> })
  | (StageFact & { readonly type: 'ActionsKnown'; readonly actions: RememberedActions })
  /** They are done with; the last prices of their symbols from now on, and those whose book and queue are of old shares. */
  | (StageFact & {
      readonly type: 'ActionsTaken';
      readonly keys: readonly string[];
      readonly marks: Readonly<Record<string, Price>>;
      readonly split: readonly string[];
    });

export type OrdersEvent = OrderEvent | StageEvent;

export const initialOrders = (opening: {
  accountId: AccountId;
  currency: string;
  openingCash: Money;
  lotMethod?: LotMethod;
}): OrdersState => ({
  account: openAccount(opening),
  run: '',
  pastRuns: [],
  executedStep: -1,
  placedStep: -1,
  session: 0,
  sessionDay: -1,
  sessionStartStep: 0,
  lastBars: {},
  open: {},
  closed: {},
  placements: 0,
  halt: 'NONE',
});

const isDone = (state: OrdersState, run: string, step: number, done: number): boolean =>
  run === state.run ? step <= done : state.pastRuns.includes(run);

/** The bars of the step have been executed, or its run is over. */
export const isStepExecuted = (state: OrdersState, run: string, step: number): boolean => isDone(state, run, step, state.executedStep);
/** The verdicts of the step have been placed, or its run is over. */
export const isStepPlaced = (state: OrdersState, run: string, step: number): boolean => isDone(state, run, step, state.placedStep);

export const positionOf = (state: OrdersState, symbol: string): Quantity => state.account.positions[symbol]?.quantity ?? ZERO_QUANTITY;

const NANOS_PER_DAY = 86_400_000_000_000n;

/** A new run counts its steps from 0 again, at other times: orders left from the old one work from its first bars on, and meet its market anew. */
const enterRun = ({ markets: _markets, arrivals: _arrivals, ...state }: OrdersState, run: string, step: number): OrdersState => ({
  ...state,
  run,
  pastRuns: state.run === '' ? [] : [...state.pastRuns, state.run].slice(-PAST_RUNS_KEPT),
  placedStep: step - 1,
  sessionStartStep: step,
  open: Object.fromEntries(Object.entries(state.open).map(([id, entry]) => [id, { ...entry, workingFromStep: step }])),
  closed: Object.fromEntries(Object.entries(state.closed).map(([id, entry]) => [id, { ...entry, closedAtStep: step }])),
});

const haltAfterVerdict = (halt: OrdersState['halt'], status: TradingStatusSeen): OrdersState['halt'] => {
  if (status === 'HALTED') return 'CONFIRMED';
  return halt === 'ANNOUNCED' ? 'ANNOUNCED' : 'NONE';
};

type BarsArrived = Extract<StageEvent, { type: 'BarsArrived' }>;
type Owned<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A state and the events that happen to it one after another. The records of orders and positions are copied once, at the first event that changes
 * them, and are this fold's own from then on: with hundreds of open orders a copy for every event would cost far more than the event. Whoever reads
 * `state` between two events sees it change with the next one; whoever keeps it has to be done with the fold. An order event that throws changes nothing.
 */
export class OrdersFold {
  private current: Owned<OrdersState>;
  private ownedOpen: Record<string, OpenOrder> | undefined;
  private ownedClosed: Record<string, ClosedOrder> | undefined;
  private ownedAccount: OwnedAccount | undefined;

  constructor(state: OrdersState) {
    this.current = { ...state };
  }

  get state(): OrdersState {
    return this.current;
  }

  /** Throws OrderError, and AccountingError for a fill that no account could book. */
  apply(event: OrdersEvent): void {
    switch (event.type) {
      case 'BarsArrived':
        return this.bars(event);
      case 'VerdictsArrived':
        this.current.placedStep = event.step;
        this.current.halt = haltAfterVerdict(this.current.halt, event.status);
        return;
      case 'OrdersSent':
        this.current.arrivals = event.arrivals;
        return;
      case 'MarketsSeen':
        this.current.markets = event.markets;
        return;
      case 'ActionsKnown':
        this.current.actions = { ...this.current.actions, ...event.actions };
        return;
      case 'ActionsTaken':
        this.current = { ...this.current, ...withTakenActions(this.current, event.keys, event.marks, event.split) };
        this.ownedAccount = undefined;
        return;
      case 'TradingStatusAnnounced':
        this.current.halt = event.status === 'HALTED' ? 'ANNOUNCED' : 'NONE';
        return;
      case 'OrderInitialized':
      case 'OrderDenied':
      case 'OrderEmulated':
      case 'OrderReleased':
      case 'OrderSubmitted':
      case 'OrderAccepted':
      case 'OrderRejected':
      case 'OrderTriggered':
      case 'OrderUpdateRequested':
      case 'OrderUpdated':
      case 'OrderUpdateRejected':
      case 'OrderCancelRequested':
      case 'OrderCancelRejected':
      case 'OrderCanceled':
      case 'OrderExpired':
      case 'OrderFilled':
        return this.order(event);
      default:
        return unreachable(event);
    }
  }

  private bars(event: BarsArrived): void {
    if (this.current.actions !== undefined) this.current.actions = keptActions(this.current, event.run, event.at);
    if (this.current.run !== event.run) {
      this.current = enterRun(this.current, event.run, event.step);
      this.ownedOpen = undefined;
      this.ownedClosed = undefined;
    }
    const { current } = this;
    current.executedStep = event.step;
    this.forgetClosed(event.step);
    if (event.bars.length === 0) return;
    const day = Number(event.at / NANOS_PER_DAY);
    if (day !== current.sessionDay) {
      current.session += 1;
      current.sessionDay = day;
      current.sessionStartStep = event.step;
    }
    const lastBars = copyRecord(current.lastBars);
    const closes: Record<string, Price> = {};
    for (const { symbol, close, warmUp } of event.bars) {
      lastBars[symbol] = { close, session: current.session, warmUp };
      closes[symbol] = close;
    }
    current.lastBars = lastBars;
    const account = applyMarks(current.account, closes);
    if (account === current.account) return;
    current.account = account;
    this.ownedAccount = undefined;
  }

  private forgetClosed(step: number): void {
    const isRecent = ({ closedAtStep }: ClosedOrder): boolean => step - closedAtStep <= CLOSED_ORDER_STEPS;
    const { closed } = this.current;
    for (const id of Object.keys(closed)) {
      if (isRecent(closed[id]!)) continue;
      this.ownedClosed = copyRecord(closed, isRecent);
      this.current.closed = this.ownedClosed;
      return;
    }
  }

  private get open(): Record<string, OpenOrder> {
    this.ownedOpen ??= copyRecord(this.current.open);
    this.current.open = this.ownedOpen;
    return this.ownedOpen;
  }

  private get closed(): Record<string, ClosedOrder> {
    this.ownedClosed ??= copyRecord(this.current.closed);
    this.current.closed = this.ownedClosed;
    return this.ownedClosed;
  }

  private get account(): OwnedAccount {
    this.ownedAccount ??= { ...this.current.account, positions: copyRecord(this.current.account.positions) };
    this.current.account = this.ownedAccount;
    return this.ownedAccount;
  }

  private order(event: OrderEvent): void {
    const id = event.clientOrderId;
    const working = this.current.open[id];
    const ended = working === undefined ? this.current.closed[id] : undefined;
    const before = working?.order ?? ended?.order;
    const order = evolveOrder(before, event);
    if (order === before) return;
    if (event.type === 'OrderFilled') this.book(event);
    if (isTerminal(order.status)) {
      if (working !== undefined) delete this.open[id];
      this.closed[id] = { order, closedAtStep: ended?.closedAtStep ?? this.current.executedStep };
      return;
    }
    if (working !== undefined) {
      this.open[id] = { order, placement: working.placement, workingFromStep: working.workingFromStep };
      return;
    }
    if (ended !== undefined) delete this.closed[id];
    this.open[id] = { order, placement: this.current.placements, workingFromStep: this.current.executedStep + 1 };
    this.current.placements += 1;
  }

  private book(fill: Extract<OrderEvent, { type: 'OrderFilled' }>): void {
    const { account } = this;
    bookFill(account, fill);
    const last = this.current.lastBars[fill.symbol];
    if (last !== undefined) markPosition(account, fill.symbol, last.close);
  }
}

/** The state after one more event; the one given stays as it is. Folding it over all events of an account gives the saved state. Throws OrderError. */
export const evolveOrders = (state: OrdersState, event: OrdersEvent): OrdersState => {
  const fold = new OrdersFold(state);
  fold.apply(event);
  return fold.state;
};

/** The state after all of the events, for the price of one copy. Throws OrderError at the first that is illegal. */
export const foldOrders = (state: OrdersState, events: Iterable<OrdersEvent>): OrdersState => {
  const fold = new OrdersFold(state);
  for (const event of events) fold.apply(event);
  return fold.state;
};
