import type { AccountEvent } from '@tradewind/portfolio';
import { applyAccountEvent } from '@tradewind/portfolio';
import type { VenueCapabilities, VenueOrderChange } from '@tradewind/venue';
import type { Instrument, Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { initialEmulation } from '../emulation/held-orders.js';
import type { EmulationState } from '../emulation/held-orders.js';
import type { ReconciliationDifference } from '../facts.js';
import { evolveOrders } from '../stage-state.js';
import type { OrdersEvent, OrdersState } from '../stage-state.js';
import { isTerminal } from '../transition.js';

/**
 * A request to the venue that is not settled. DUE: to be sent. SENT: taken by a sender; whether it left is known when the answer is recorded. IN_DOUBT: perhaps
 * at the venue, which has to be asked. ANSWERED: taken by the venue, its effect not seen yet.
 */
export interface DeskRequest {
  /** `rq/<n>`, n counting all requests of the account. */
  readonly id: string;
  /** LOOK: nothing is wanted but the venue's word on an order. */
  readonly kind: 'SUBMIT' | 'CANCEL' | 'REPLACE' | 'LOOK';
  readonly clientOrderId: string;
  readonly stage: 'DUE' | 'SENT' | 'IN_DOUBT' | 'ANSWERED';
  /** When it was decided: how fresh it is. */
  readonly since: UnixNanos;
  /** DUE: not to be sent before. IN_DOUBT and ANSWERED: not to be looked up before. SENT: when. */
  readonly at: UnixNanos;
  /** When it last may have left; undefined before the first time. */
  readonly sentAt?: UnixNanos;
  readonly attempts: number;
  readonly looks: number;
  readonly change?: VenueOrderChange;
}

/** One execution as it was booked. */
export interface DeskExecution {
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** Undefined while the venue has not told it. */
  readonly commission?: Money;
  readonly at: UnixNanos;
  readonly busted?: boolean;
}

/** What is to work beside a position. */
export interface ProtectionPlan {
  readonly stopPrice?: Price;
  readonly takeProfit?: Price;
  readonly verdictId: string;
  /** Stops in a row that the venue refused, and when the next is tried. */
  readonly refusals: number;
  readonly notBefore: UnixNanos;
}

/** A difference that refuses entries, and what accepting it books; time and cause are those of the acceptance. */
export interface OpenDifference extends ReconciliationDifference {
  readonly repairs?: readonly AccountEvent[];
}

export interface DeskLink {
  readonly kind: 'NEW' | 'UP' | 'DOWN' | 'LOGIN_NEEDED';
  readonly since: UnixNanos;
  readonly reason: string;
  /** The policy for a lost broker is to be carried out when it is back. */
  readonly lost: boolean;
}

/** What the desk remembers beside account and orders; plain data, all of it bounded. */
export interface Desk {
  /** Desk events so far: the sequence in the id of the next one. */
  readonly noted: number;
  /** OrdersChanged so far. */
  readonly changes: number;
  readonly requested: number;
  readonly generated: number;
  readonly duplicates: number;
  readonly link: DeskLink;
  readonly requests: Readonly<Record<string, DeskRequest>>;
  /** Every id that the venue gave an order, to our id. */
  readonly names: Readonly<Record<string, string>>;
  /** Reports taken in so far. */
  readonly reported: number;
  /** The latest of them by id, and the how manieth each was. */
  readonly reportIds: Readonly<Record<string, number>>;
  readonly executions: Readonly<Record<string, DeskExecution>>;
  /** Commissions told before their execution. */
  readonly commissions: Readonly<Record<string, { readonly amount: Money; readonly currency: string }>>;
  /** Fills inferred for an order and not yet told by the venue. */
  readonly inferred: Readonly<Record<string, { readonly quantity: Quantity; readonly price: Price }>>;
  /** Activities booked. */
  readonly activities: Readonly<Record<string, UnixNanos>>;
  readonly protection: Readonly<Record<string, ProtectionPlan>>;
  /** Orders held on our side, and orders that we end at the venue. */
  readonly emulation: EmulationState;
  /** When orders ended that are kept for late reports. */
  readonly ended: Readonly<Record<string, UnixNanos>>;
  /** When the first bar came after the venue took an entry: its timeout counts from there. */
  readonly clocks: Readonly<Record<string, UnixNanos>>;
  /** What the venue says of before is booked or was never ours. */
  readonly horizon: UnixNanos;
  /** The venue's account has become ours. */
  readonly adopted: boolean;
  /** Compared with the venue since this leader took over. */
  readonly reconciled: boolean;
  readonly reconciliations: number;
  /** Differences seen once, and when first. */
  readonly suspects: Readonly<Record<string, UnixNanos>>;
  readonly differences: Readonly<Record<string, OpenDifference>>;
  /** Ids of differences that a person accepted. */
  readonly accepted: Readonly<Record<string, UnixNanos>>;
  /** Time of the last trading state that risk told: an older Halt command says nothing new. */
  readonly statusAt: UnixNanos;
}

export interface DeskState extends OrdersState {
  readonly desk: Desk;
}

/** What the desk decides with beside its state. */
export interface DeskPolicy {
  readonly venue: string;
  readonly capabilities: VenueCapabilities;
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** How old the decision of an unsent entry may be, and how long an entry may work; SPEC OR7: 300 s. */
  readonly orderTimeoutNanos: bigint;
  readonly brokerLost: 'cancel' | 'flatten' | 'hold';
  /** A link that is back sooner was not lost. */
  readonly brokerLostAfterNanos: bigint;
}

type RecordKey =
  | 'requests'
  | 'names'
  | 'reportIds'
  | 'executions'
  | 'commissions'
  | 'inferred'
  | 'activities'
  | 'protection'
  | 'ended'
  | 'clocks'
  | 'suspects'
  | 'differences'
  | 'accepted';
type Value<K extends RecordKey> = Desk[K] extends Readonly<Record<string, infer V>> ? V : never;

/** New values; in a table, new rows, and `null` for one that goes. */
export type DeskChanges = { readonly [K in Exclude<keyof Desk, RecordKey | 'noted'>]?: Desk[K] } & {
  readonly [K in RecordKey]?: Readonly<Record<string, Value<K> | null>>;
};

export type DeskEventType =
  | 'DeskOpened'
  | 'BrokerLinkChanged'
  | 'RequestDecided'
  | 'RequestsTaken'
  | 'RequestSettled'
  | 'VenueOrderNamed'
  | 'ReportSeen'
  | 'ExecutionBooked'
  | 'ProtectionPlanned'
  | 'EmulationChanged'
  | 'OrderClockStarted'
  | 'OrderForgotten'
  | 'ChangesTold'
  | 'AccountAdopted'
  | 'AccountCompared'
  | 'DifferencesAccepted'
  | 'TradingStatusSeen';

export type DeskEvent =
  | OrdersEvent
  | { readonly type: DeskEventType; readonly id: string; readonly at: UnixNanos; readonly changes: DeskChanges }
  | { readonly type: 'AccountBooked'; readonly id: string; readonly at: UnixNanos; readonly event: AccountEvent };

export const NEVER = 0n as UnixNanos;

export const initialDesk = (): Desk => ({
  noted: 0,
  changes: 0,
  requested: 0,
  generated: 0,
  duplicates: 0,
  link: { kind: 'NEW', since: NEVER, reason: '', lost: false },
  requests: {},
  names: {},
  reported: 0,
  reportIds: {},
  executions: {},
  commissions: {},
  inferred: {},
  activities: {},
  protection: {},
  emulation: initialEmulation,
  ended: {},
  clocks: {},
  horizon: NEVER,
  adopted: false,
  reconciled: false,
  reconciliations: 0,
  suspects: {},
  differences: {},
  accepted: {},
  statusAt: NEVER,
});

/** The state of a desk, from one that was saved without. */
export const withDesk = (state: OrdersState & { readonly desk?: Desk }): DeskState => ({ ...state, desk: state.desk ?? initialDesk() });

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const TABLES: ReadonlySet<string> = new Set<RecordKey>([
  'requests',
  'names',
  'reportIds',
  'executions',
  'commissions',
  'inferred',
  'activities',
  'protection',
  'ended',
  'clocks',
  'suspects',
  'differences',
  'accepted',
]);

const changedTable = (before: Record<string, unknown>, rows: Record<string, unknown>): Record<string, unknown> => {
  const after = { ...before };
  for (const key of Object.keys(rows)) {
    if (rows[key] === null) delete after[key];
    else after[key] = rows[key];
  }
  return after;
};

const changedDesk = (desk: Desk, changes: DeskChanges): Desk => {
  const after: Record<string, unknown> = { ...desk, noted: desk.noted + 1 };
  for (const [key, value] of Object.entries(changes)) {
    after[key] = TABLES.has(key) && isTable(value) ? changedTable(after[key] as Record<string, unknown>, value) : value;
  }
  return after as unknown as Desk;
};

/** The desk keeps ended orders longer than the stage does: reports of them may come days later. */
const keepEnded = (before: DeskState, after: OrdersState): OrdersState['closed'] => {
  const kept: Record<string, OrdersState['closed'][string]> = { ...after.closed };
  for (const id of Object.keys(before.closed))
    if (kept[id] === undefined && before.desk.ended[id] !== undefined) kept[id] = before.closed[id]!;
  return kept;
};

const endedNow = (desk: Desk, state: OrdersState, id: string, at: UnixNanos): Desk => {
  const order = state.closed[id]?.order;
  // On bars there is no broker whose reports could come late.
  const ends = order !== undefined && isTerminal(order.status) && desk.link.kind !== 'NEW';
  if (!ends || desk.ended[id] !== undefined) return desk;
  return { ...desk, ended: { ...desk.ended, [id]: at } };
};

/** The state after one more event. Folding it over all events of an account gives the saved state. Throws OrderError, AccountingError. */
export const evolveDesk = (state: DeskState, event: DeskEvent): DeskState => {
  if ('changes' in event) return { ...state, desk: changedDesk(state.desk, event.changes) };
  if (event.type === 'AccountBooked') return { ...state, account: applyAccountEvent(state.account, event.event) };
  const after = evolveOrders(state, event);
  if (event.type === 'BarsArrived') return { ...after, closed: keepEnded(state, after), desk: state.desk };
  if (!('clientOrderId' in event)) return { ...after, desk: state.desk };
  return { ...after, desk: endedNow(state.desk, after, event.clientOrderId, event.at) };
};
