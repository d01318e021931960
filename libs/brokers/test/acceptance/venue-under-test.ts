import type { VenueCapabilities, VenueOrder } from '@tradewind/venue';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { Broker, BrokerEnvironment } from '../../src/broker.js';

/** What happens to a request that changes something (submit, replace, cancel), or to a question. */
export type RequestFault =
  /** Never reaches the venue's books, and nobody answers. */
  | 'REQUEST_LOST'
  /** Done by the venue; its answer never comes. */
  | 'ANSWER_LOST'
  /** The venue says that it failed (5xx). It did nothing. */
  | 'SERVER_ERROR'
  /** The venue says that it failed (5xx), and did it all the same. */
  | 'SERVER_ERROR_DONE'
  /** Turned away for their number, not done. */
  | 'RATE_LIMITED'
  /** Done and answered rightly after a while that is within the broker's patience. */
  | 'SLOW'
  /** Done; the answer can't be read. */
  | 'MALFORMED';

/** What else a venue can be made to do. A case whose need a venue does not have is skipped by name. */
export type VenueTrait =
  | RequestFault
  /** `link.cut`: the connection of reports ends in the middle of a message. */
  | 'CUT'
  /** `link.refuse` */
  | 'REFUSED_LINK'
  /** `link.silence` */
  | 'SILENCE'
  /** `link.hold` and `link.release` */
  | 'HELD_REPORTS'
  /** `link.duplicate` */
  | 'DUPLICATES'
  /** `link.sendUnreadable` */
  | 'UNREADABLE'
  /** `down` and `up` */
  | 'DOWN'
  /** `open` with the wrong key. */
  | 'KEYS'
  /** `market.skew` */
  | 'CLOCK_SKEW'
  /** `market.halt` and `market.resume` */
  | 'HALTS'
  /** `market.openSession` and `market.closeSession` */
  | 'SESSIONS'
  /** It knows which shares can't be borrowed. */
  | 'SHORTABILITY'
  /** `elsewhere` */
  | 'OTHER_CLIENT'
  /** `account.book` */
  | 'ACTIVITIES'
  /** `account.bust` */
  | 'BUSTS'
  /** `account.correct` */
  | 'CORRECTIONS'
  /** It tells a commission with each fill or right after it. */
  | 'COMMISSIONS'
  /** Any session of the account may change any order of it. At Interactive Brokers an order belongs to the client id that placed it. */
  | 'SHARED_ORDERS'
  /** Reports come on a connection of their own: a request is answered though it is cut. */
  | 'OWN_LINK';

/** Moves the market behind the venue. What it brings about has been reported, or is on its way, when the promise is resolved. */
export interface MarketControl {
  /** By the venue's clock. */
  now(): UnixNanos;
  /** The best offers from now on, `size` shares on each side (10,000 when left out). What traded against an offer is gone from it until the next quote. */
  quote(symbol: Symbol, bid: string, ask: string, size?: string): Promise<void>;
  halt(symbol: Symbol): Promise<void>;
  resume(symbol: Symbol): Promise<void>;
  /** The session ends with an auction at these prices: CLS orders fill in it, DAY orders that are left expire. */
  closeSession(prices: Readonly<Record<string, string>>): Promise<void>;
  /** The next session begins with an auction at these prices: OPG orders fill in it. */
  openSession(prices: Readonly<Record<string, string>>): Promise<void>;
  /** The venue's clock is ahead of ours by so much (behind when negative). */
  skew(ms: number): void;
}

/** The connection on which reports come. */
export interface LinkControl {
  cut(): void;
  /** The next attempts to connect are refused. */
  refuse(times: number): void;
  /** Keeps the connections that are open now and says nothing more on them. */
  silence(): void;
  /** Reports are kept back until they are released. */
  hold(): void;
  /** In the order in which they came about, or the other way round. */
  release(order: 'SAME' | 'REVERSED'): void;
  /** Every report is told twice from now on. */
  duplicate(): void;
  sendUnreadable(): void;
}

/** Somebody else at the same account: another program, the broker's own app. */
export interface OtherClient {
  /** Resolves with the venue's id. Without a client order id, or with one of theirs. */
  submit(order: Omit<VenueOrder, 'clientOrderId'> & { readonly clientOrderId?: string }): Promise<string>;
  cancel(venueOrderId: string): Promise<void>;
}

export interface AccountControl {
  /** A dividend is booked: cash changes by `amount`. */
  book(dividend: { readonly symbol: Symbol; readonly amount: string; readonly description: string }): Promise<void>;
  bust(executionId: string): Promise<void>;
  correct(executionId: string, quantity: string, price: string): Promise<void>;
}

/**
 * A venue freshly started as `scene.ts` says: its account has 100,000 USD and no position, it is Monday, 2024-03-04 15:00 UTC in the middle of a session,
 * and all symbols of the scene are quoted.
 */
export interface VenueUnderTest {
  /** Opens a broker of this venue that is not connected, with times short enough for a test: silence is noticed within a second, backoff is from 10 ms. */
  open(environment: BrokerEnvironment, key?: 'WRONG'): Broker;
  readonly market: MarketControl;
  readonly link: LinkControl;
  readonly elsewhere: OtherClient;
  readonly account: AccountControl;
  /** The next `times` requests that change something go wrong so. */
  disturb(fault: RequestFault, times: number): void;
  /** The next `times` questions (find, snapshot) go wrong so. */
  disturbQuestions(fault: RequestFault, times: number): void;
  /** Goes away as a killed process does; what it knows stays, and its market goes on. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Sessions of brokers that are connected now. */
  connections(): number;
  stop(): Promise<void>;
}

/** What a broker brings to the suite. */
export interface VenueHarness {
  /** What the broker must say of itself. */
  readonly capabilities: VenueCapabilities;
  readonly traits: ReadonlySet<VenueTrait>;
  /** Text that may not appear in a log, a fault or an error. */
  readonly secrets: readonly string[];
  start(): Promise<VenueUnderTest>;
}
