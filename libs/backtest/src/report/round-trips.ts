import type { OrderEvent } from '@tradewind/orders';
import {
  absolute,
  add,
  averagePrice,
  divideHalfEven,
  least,
  type Money,
  negate,
  notional,
  type Price,
  type Quantity,
  subtract,
  toNumber,
  utcDateOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import type { RoundTrip } from './report.js';

type Fill = Extract<OrderEvent, { type: 'OrderFilled' }>;

interface OpenTrip {
  readonly side: 'LONG' | 'SHORT';
  readonly entryDate: string;
  readonly entered: Quantity;
  readonly entryValue: Money;
  readonly left: Quantity;
  readonly exitValue: Money;
  readonly commission: Money;
}

const opened = (fill: Fill): OpenTrip => ({
  side: fill.side === 'BUY' ? 'LONG' : 'SHORT',
  entryDate: utcDateOf(fill.at),
  entered: ZERO_QUANTITY,
  entryValue: ZERO_MONEY,
  left: ZERO_QUANTITY,
  exitValue: ZERO_MONEY,
  commission: ZERO_MONEY,
});

const closed = (trip: OpenTrip, fill: Fill, exitPurpose: string): RoundTrip => {
  const gross = subtract(trip.exitValue, trip.entryValue);
  const profit = subtract(trip.side === 'LONG' ? gross : negate(gross), trip.commission);
  return {
    symbol: fill.symbol,
    side: trip.side,
    entryDate: trip.entryDate,
    exitDate: utcDateOf(fill.at),
    quantity: toNumber(trip.entered),
    entryPrice: toNumber(averagePrice(trip.entryValue, trip.entered)),
    exitPrice: toNumber(averagePrice(trip.exitValue, trip.entered)),
    profit: toNumber(profit),
    return: toNumber(profit) / toNumber(trip.entryValue),
    exitPurpose,
  };
};

const share = (total: Money, part: Quantity, whole: Quantity): Money => divideHalfEven(total * part, whole) as Money;

/**
 * Turns fills, in order, into round trips: a position from flat to flat, whatever number of fills it took. A fill that goes through flat
 * closes one trip and opens the next, its commission shared by quantity.
 */
export class RoundTrips {
  readonly closed: RoundTrip[] = [];
  private readonly open = new Map<string, OpenTrip>();

  /** A position that was held before the first fill: as though it were entered at `price` then. */
  hold(position: { readonly symbol: string; readonly quantity: Quantity; readonly price: Price; readonly date: string }): void {
    const entered = absolute(position.quantity);
    this.open.set(position.symbol, {
      side: position.quantity > 0n ? 'LONG' : 'SHORT',
      entryDate: position.date,
      entered,
      entryValue: notional(position.price, entered),
      left: entered,
      exitValue: ZERO_MONEY,
      commission: ZERO_MONEY,
    });
  }

  add(fill: Fill, purpose: string): void {
    let left = fill.quantity;
    while (left > 0n) left = subtract(left, this.take(fill, left, purpose));
  }

  private take(fill: Fill, available: Quantity, purpose: string): Quantity {
    const trip = this.open.get(fill.symbol) ?? opened(fill);
    const enters = (fill.side === 'BUY') === (trip.side === 'LONG');
    const taken = enters ? available : least(available, trip.left);
    const value = notional(fill.price, taken);
    const commission = add(trip.commission, share(fill.commission, taken, fill.quantity));
    const next: OpenTrip = enters
      ? { ...trip, commission, entered: add(trip.entered, taken), entryValue: add(trip.entryValue, value), left: add(trip.left, taken) }
      : { ...trip, commission, exitValue: add(trip.exitValue, value), left: subtract(trip.left, taken) };
    if (absolute(next.left) > 0n) this.open.set(fill.symbol, next);
    else {
      this.open.delete(fill.symbol);
      this.closed.push(closed(next, fill, purpose));
    }
    return taken;
  }
}
