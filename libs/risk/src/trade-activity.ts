import { notional } from '@tradewind/vocabulary';
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

const ordersSince = ({ approvals }: TradeActivity, since: bigint): number => {
  let orders = 0;
  for (let index = approvals.length - 1; index >= 0 && approvals[index]!.at > since; index -= 1) orders += approvals[index]!.orders;
  return orders;
};

/** Orders approved in the `nanos` before an instant. */
export const approvalsWithin = (activity: TradeActivity, at: UnixNanos, nanos: bigint): number => ordersSince(activity, at - nanos);

/** Day trades of the five sessions that end with this one. */
export const dayTradesOf = ({ dayTrades }: TradeActivity, session: number): number =>
  dayTrades.reduce((sum, each) => (each.session > session - DAY_TRADE_SESSIONS ? sum + each.trades : sum), 0);

/** Money of sales that is not settled `settlementSessions` sessions later. */
export const unsettledOf = ({ proceeds }: TradeActivity, session: number, settlementSessions: number): Money =>
  proceeds.reduce((sum, each) => (each.session > session - settlementSessions ? sum + each.amount : sum), 0n) as Money;

export const withApprovals = (activity: TradeActivity, at: UnixNanos, orders: number): TradeActivity => {
  if (orders === 0) return activity;
  const kept = activity.approvals.filter((each) => each.at > at - NANOS_PER_MINUTE);
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

/** Takes in the executions of a session, in their order. */
export const withTrades = (activity: TradeActivity, session: number, trades: readonly TradeHeard[]): TradeActivity =>
  trades.reduce<TradeActivity>((known, { symbol, side, quantity, price }) => {
    const isBought = known.boughtToday.includes(symbol);
    if (side === 'BUY') return isBought ? known : { ...known, boughtToday: [...known.boughtToday, symbol] };
    const amount = notional(price, quantity);
    const proceeds = addedTo(known.proceeds, session, { session, amount }, (old) => ({ session, amount: (old.amount + amount) as Money }));
    if (!isBought) return { ...known, proceeds };
    // The sale ends the round trip: selling on is no second day trade, buying again begins another.
    const boughtToday = known.boughtToday.filter((each) => each !== symbol);
    const dayTrades = addedTo(known.dayTrades, session, { session, trades: 1 }, (old) => ({ session, trades: old.trades + 1 }));
    return { ...known, proceeds, boughtToday, dayTrades };
  }, activity);
