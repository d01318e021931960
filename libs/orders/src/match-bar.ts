import type { Bar } from '@tradewind/market';

import { applyMatch } from './fill-order.js';
import type { Attached, Capacity } from './fill-order.js';
import { openOrdersOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { matchAtClose, matchAtOpen, matchInBar } from './matching.js';
import type { Match } from './matching.js';
import { isReduceOnly } from './order.js';
import type { Order } from './order.js';
import type { PaperVenue } from './venue.js';

type Matcher = (order: Order, bar: Bar) => Match | undefined;

const isStop = ({ intent }: Order): boolean => intent.type === 'STOP' || intent.type === 'STOP_LIMIT';
const isTarget = (order: Order): boolean => isReduceOnly(order.intent) && !isStop(order);

/** Time in force decides which moments of the bar an order takes part in. */
const worksAtOpen = ({ intent }: Order): boolean => intent.timeInForce !== 'CLS';
const worksInBar = ({ intent }: Order): boolean => intent.timeInForce === 'DAY' || intent.timeInForce === 'GTC';
const worksAtClose = ({ intent }: Order): boolean => intent.timeInForce === 'CLS';
const stopsInBar = (order: Order): boolean => worksInBar(order) && isStop(order);
const entersInBar = (order: Order): boolean => worksInBar(order) && !isStop(order) && !isTarget(order);
const takesProfitInBar = (order: Order): boolean => worksInBar(order) && isTarget(order);

/** What did not fill at its one moment ends; a daily bar is the whole session, so DAY orders end with it. */
const endAfterBar = (ledger: Ledger, order: Order, bar: Bar): void => {
  const { clientOrderId, timeInForce } = order.intent;
  if (timeInForce === 'GTC') return;
  const causes = [bar.id];
  switch (timeInForce) {
    case 'IOC':
    case 'FOK':
      ledger.say(clientOrderId, { type: 'OrderCanceled', reason: 'NOT_FILLED_AT_ONCE' }, causes);
      return;
    case 'OPG':
    case 'CLS':
      ledger.say(clientOrderId, { type: 'OrderExpired' }, causes);
      return;
    case 'DAY':
      if (bar.interval === '1d') ledger.say(clientOrderId, { type: 'OrderExpired' }, causes);
  }
};

/**
 * Matches the working orders of the bar's symbol, worst case first, since a bar doesn't tell the order of its high and low:
 * 1. everything that fills at the open, as placed; 2. stops; 3. entries; 4. the stops those entries attached, which work in the same bar;
 * 5. profit targets, last: when stop and target lie in one bar, the stop is taken; 6. the close; 7. ends of time in force.
 */
export const matchBar = (ledger: Ledger, bar: Bar, step: number, venue: PaperVenue): void => {
  const working = openOrdersOf(ledger.state, bar.symbol).filter((entry) => entry.workingFromStep <= step);
  if (working.length === 0) return;
  const lotSize = venue.instruments[bar.symbol]?.lotSize;
  const capacity: Capacity = { left: lotSize === undefined ? undefined : venue.participation.capacity(bar.volume, lotSize) };
  const attached: Attached[] = [];
  const pass = (takesPart: (order: Order) => boolean, matcher: Matcher): void => {
    for (const { order: placed } of working) {
      if (!takesPart(placed)) continue;
      const id = placed.intent.clientOrderId;
      const order = ledger.order(id)?.order;
      const match = order === undefined ? undefined : matcher(order, bar);
      const stop = match === undefined ? undefined : applyMatch(ledger, id, match, bar, venue, capacity);
      if (stop !== undefined) attached.push(stop);
    }
  };
  pass(worksAtOpen, matchAtOpen);
  pass(stopsInBar, matchInBar);
  pass(entersInBar, matchInBar);
  for (const { stopId, entry } of attached) {
    const stop = ledger.order(stopId)?.order;
    const match = stop === undefined ? undefined : matchInBar(stop, bar, entry);
    if (match !== undefined) applyMatch(ledger, stopId, match, bar, venue, capacity);
  }
  pass(takesProfitInBar, matchInBar);
  pass(worksAtClose, matchAtClose);
  for (const { order: placed } of working) {
    const order = ledger.order(placed.intent.clientOrderId)?.order;
    if (order !== undefined) endAfterBar(ledger, order, bar);
  }
};
