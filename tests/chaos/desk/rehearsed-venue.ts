import type { BrokerName } from './plan.js';
import type { Quote } from './tape.js';
import type { VenueFillLine, VenueOrderLine } from './verdict.js';

/** The venue's books at one moment. */
export interface VenueBooks {
  readonly orders: readonly VenueOrderLine[];
  readonly fills: readonly VenueFillLine[];
  readonly positions: Readonly<Record<string, string>>;
  readonly cash: string;
}

/** A broker's server of ours as a rehearsal moves it, whatever it speaks. */
export interface RehearsedVenue {
  readonly port: number;
  quote(quote: Quote): void;
  /** The next requests that change something go wrong so: one of ANSWER_FAULTS of the broker. */
  fail(fault: string, times: number): void;
  /** Reports are kept back … */
  hold(): void;
  /** … and told. */
  release(order: 'SAME' | 'REVERSED'): void;
  /** Every report is told twice from now on. */
  double(): void;
  /** The connections that carry reports break in the middle of a message. */
  cutReports(): void;
  /** The connections that carry reports stand, and nothing more is said on them. */
  silence(): void;
  /** Gone as for a restart, what it knows kept. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** The server stays, what is behind it is lost. */
  lose(): void;
  find(data: 'lost' | 'maintained'): void;
  /** Its clock goes on by so much at once. */
  skip(ms: number): void;
  /** Somebody else buys at the market, for the same account. */
  buyByHand(symbol: string, shares: number): void;
  books(): VenueBooks;
}

/** How a broker is rehearsed. */
export interface Rehearsal {
  readonly broker: BrokerName;
  start(): Promise<RehearsedVenue>;
}
