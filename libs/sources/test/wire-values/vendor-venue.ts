import { civilDate, type TradingCalendar } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';
import type { VendorFault, VendorSockets } from '@tradewind/venue-servers';

import type { RequestFaultKind, Venue } from '../acceptance/harness.js';

/** What the servers of vendors have in common. */
interface VendorServer {
  fail(fault: VendorFault, times: number): void;
  requests(): number;
  stop(): Promise<void>;
  readonly stream?: VendorSockets;
}

/** The suite's venue of a vendor's server. */
export const venueOf = (server: VendorServer, open: Venue['open'], publish: Venue['publish'] = () => undefined): Venue => ({
  open,
  publish,
  fail: (fault, times) => server.fail(fault, times),
  requests: () => server.requests(),
  connections: () => server.stream?.clients().length ?? 0,
  subscriptions: () => server.stream?.subscriptions() ?? [],
  drop: () => server.stream?.drop(),
  silence: () => server.stream?.silence(),
  refuse: (times) => server.stream?.refuse(times),
  sendUnreadable: () => server.stream?.sendUnreadable(),
  stop: () => server.stop(),
});

/** What a vendor over HTTP can do wrong. */
export const HTTP_FAULTS: readonly RequestFaultKind[] = [
  'rate-limited',
  'internal-error',
  'unavailable',
  'malformed',
  'wrong-columns',
  'truncated',
  'reset',
  'hanging',
];

/** From the close of one session to that of another. */
export const closesBetween = (
  calendar: TradingCalendar,
  first: string,
  last: string,
): { readonly from: UnixNanos; readonly until: UnixNanos } => ({
  from: calendar.sessionOf(civilDate(first))!.closeTime,
  until: calendar.sessionOf(civilDate(last))!.closeTime,
});
