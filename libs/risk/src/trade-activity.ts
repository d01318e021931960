import { add, notional } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

const NANOS_PER_MINUTE = 60_000_000_000n;
/** FINRA Rule 4210(f)(8)(B)(ii): day trades are counted over five business days. */
const DAY_TRADE_SESSIONS = 5;
/** The longest settlement that a profile may name. */
const SETTLEMENT_SESSIONS_MAX = 5;

/** One execution, as much of it as limits on activity ask for. */
export interface TradeHeard {
  readonly symbol: Symbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
}

/** What was approved and traded lately: order rate, day trades, money of sales on its way. Bounded: a minute, five sessions. */
export interface TradeActivity {
  /** Approvals of the last minute, oldest first. */
  readonly approvals: readonly { readonly at: UnixNanos; readonly orders: number }[];
  /** Instruments bought in the running session. */
  readonly boughtToday: readonly Symbol[];
  /** Sales of what was bought in the same session, by session; the latest last. */
  readonly dayTrades: readonly { readonly session: number; readonly trades: number }[];
  /** Proceeds of sales by session; the latest last. */
  readonly proceeds: readonly { readonly session: number; readonly amount: Money }[];
}

export const NO_ACTIVITY: TradeActivity = { approvals: [], boughtToday: [], dayTrades: [], proceeds: [] };

/** Orders approved in the `nanos` up to an instant. */
export const approvalsWithin = ({ approvals }: TradeActivity, at: UnixNanos, nanos: bigint): number => {
  let orders = 0;
  for (const each of approvals) if (each.at > at - nanos && each.at <= at) orders += each.orders;
  return orders;
};

/** Day trades of the five sessions that end with this one. */
export const dayTradesOf = ({ dayTrades }: TradeActivity, session: number): number =>
  dayTrades.reduce((sum, each) => (each.session > session - DAY_TRADE_SESSIONS ? sum + each.trades : sum), 0);

/** Money of sales that is not settled `settlementSessions` sessions later. */
export const unsettledOf = ({ proceeds }: TradeActivity, session: number, settlementSessions: number): Money =>
  proceeds.reduce((sum, each) => (each.session > session - settlementSessions ? sum + each.amount : sum), 0n) as Money;

export const withApprovals = (activity: TradeActivity, at: UnixNanos, orders: number): TradeActivity => {
  if (orders === 0) return activity;
  // Approvals of a run that was later in time are of another clock.
  const kept = activity.approvals.filter((each) => each.at > at - NANOS_PER_MINUTE && each.at <= at);
  return { ...activity, approvals: [...kept, { at, orders }] };
};

/** A session begins: what was bought before is no day trade any more. */
export const openSession = (activity: TradeActivity, session: number): TradeActivity => {
  const { boughtToday, dayTrades, proceeds } = activity;
  if (boughtToday.length === 0 && dayTrades.length === 0 && proceeds.length === 0) return activity;
  return {
    ...activity,
    boughtToday: [],
    dayTrades: dayTrades.filter((each) => each.session > session - DAY_TRADE_SESSIONS),
    proceeds: proceeds.filter((each) => each.session > session - SETTLEMENT_SESSIONS_MAX),
  };
};

const addedTo = <T extends { readonly session: number }>(
  list: readonly T[],
  session: number,
  added: T,
  join: (old: T) => T,
): readonly T[] => (list.at(-1)?.session === session ? [...list.slice(0, -1), join(list.at(-1)!)] : [...list, added]);

const withSale = (known: TradeActivity, session: number, { symbol, quantity, price }: TradeHeard): TradeActivity => {
  const amount = notional(price, quantity);
  const proceeds = addedTo(known.proceeds, session, { session, amount }, (old) => ({ session, amount: add(old.amount, amount) }));
  if (!known.boughtToday.includes(symbol)) return { ...known, proceeds };
  // The sale ends the round trip: selling on is no second day trade, buying again begins another.
  const boughtToday = known.boughtToday.filter((each) => each !== symbol);
  const dayTrades = addedTo(known.dayTrades, session, { session, trades: 1 }, (old) => ({ session, trades: old.trades + 1 }));
  return { ...known, proceeds, boughtToday, dayTrades };
};

const withPurchase = (known: TradeActivity, symbol: Symbol): TradeActivity =>
  known.boughtToday.includes(symbol) ? known : { ...known, boughtToday: [...known.boughtToday, symbol] };

/** Takes in the executions of a session, in their order. */
export const withTrades = (activity: TradeActivity, session: number, trades: readonly TradeHeard[]): TradeActivity => {
  let known = activity;
  for (const trade of trades) known = trade.side === 'BUY' ? withPurchase(known, trade.symbol) : withSale(known, session, trade);
  return known;
};
