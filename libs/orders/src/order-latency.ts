import type { UnixNanos } from '@tradewind/vocabulary';

import type { Ledger } from './ledger.js';
import type { OrdersState } from './stage-state.js';
import type { PaperVenue } from './venue.js';

const isUnderWay = (state: OrdersState, clientOrderId: string): boolean => state.open[clientOrderId] !== undefined;

/**
 * Writes down when the step's orders are at the venue: their decision's time and the latency. All that are under way from now on, so that what has arrived
 * or ended is forgotten. Ticks count it; within a bar there is no time to count.
 */
export const sendOrders = (ledger: Ledger, venue: PaperVenue, run: string, step: number, before: OrdersState): void => {
  const { latency } = venue;
  const earlier = before.arrivals ?? {};
  if (latency === undefined && before.arrivals === undefined) return;
  const arrivals: Record<string, UnixNanos> = {};
  for (const [id, at] of Object.entries(earlier)) if (at > ledger.at && isUnderWay(ledger.state, id)) arrivals[id] = at;
  if (latency !== undefined)
    for (const [id, { placement }] of Object.entries(ledger.state.open))
      if (placement >= before.placements) arrivals[id] = (ledger.at + latency.delay(placement)) as UnixNanos;
  if (Object.keys(arrivals).length + Object.keys(earlier).length === 0) return;
  ledger.stage({ type: 'OrdersSent', id: `ol/${run}/${step}`, at: ledger.at, arrivals });
};
