import { clientOrderIdOf, PROTECTIVE_PURPOSE } from '@tradewind/orders';
import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { absolute, add, floorToStep, subtract, ZERO_PRICE } from '@tradewind/vocabulary';
import type { Instrument, Price, Quantity, Symbol } from '@tradewind/vocabulary';

import type { Ratio } from './profile.js';

const SCALE = 1_000_000_000n;
const SMALLEST = 1n as Price;

/** Price of the stop that works beside a position, by symbol. */
export type ProtectiveStops = Readonly<Record<string, Price>>;

/** Where a stop stands now; 0 when there is none any more. */
export interface StopHeard {
  readonly symbol: Symbol;
  readonly price: Price;
}

export const withStops = (stops: ProtectiveStops, heard: readonly StopHeard[]): ProtectiveStops => {
  if (heard.length === 0) return stops;
  const next: Record<string, Price> = { ...stops };
  for (const { symbol, price } of heard) {
    if (price === ZERO_PRICE) delete next[symbol];
    else next[symbol] = price;
  }
  return next;
};

/** What order events say of stops, and the stops of positions that are gone with them. Without an event nothing changed. */
export const stopsHeard = (stops: ProtectiveStops, events: readonly OrderEvent[], account: AccountSnapshot): readonly StopHeard[] => {
  if (events.length === 0) return [];
  const heard = new Map<string, StopHeard>();
  for (const event of events) {
    if (event.type !== 'OrderInitialized') continue;
    const { purpose, type, stopPrice, symbol } = event.intent;
    if (purpose === PROTECTIVE_PURPOSE && type === 'STOP' && stopPrice !== undefined) heard.set(symbol, { symbol, price: stopPrice });
  }
  if (heard.size === 0 && Object.keys(stops).length === 0) return [];
  const held = new Set<string>(account.positions.filter(({ quantity }) => quantity !== 0n).map(({ symbol }) => symbol));
  for (const symbol of [...Object.keys(stops), ...heard.keys()]) {
    if (!held.has(symbol)) heard.set(symbol, { symbol: symbol as Symbol, price: ZERO_PRICE });
  }
  return [...heard.values()];
};

/** Nearer to the mark by the share that is kept of the distance; undefined when that is not nearer by a tick, or the mark is beyond the stop already. */
const nearer = (quantity: Quantity, mark: Price, stop: Price, kept: Ratio, tick: Price): Price | undefined => {
  const isLong = quantity > 0n;
  const distance = isLong ? mark - stop : stop - mark;
  if (distance <= 0n) return undefined;
  const left = (distance * kept) / SCALE;
  const wanted = (isLong ? mark - left : mark + left) as Price;
  // A long position's stop is rounded down and a short one's up: on either side not past the wanted distance, and never looser than it was.
  const price = isLong ? floorToStep(wanted, tick) : floorToStep(add(wanted, subtract(tick, SMALLEST)), tick);
  return (isLong ? price > stop && price < mark : price < stop && price > mark) ? price : undefined;
};

/** What tightens stops: the id of the action and the share of the distance that is left. */
export interface Tightening {
  readonly id: string;
  readonly kept: Ratio;
}

/** Stops over the whole positions, each nearer than the one that works; a position without a stop gets none. By symbol. */
export const tightenedStops = (
  { id, kept }: Tightening,
  account: AccountSnapshot,
  stops: ProtectiveStops,
  instruments: Readonly<Record<string, Instrument>>,
): readonly (OrderIntent & { readonly stopPrice: Price })[] =>
  account.positions.flatMap(({ symbol, quantity, markPrice }) => {
    const stop = stops[symbol];
    const price =
      stop === undefined || quantity === 0n
        ? undefined
        : nearer(quantity, markPrice, stop, kept, instruments[symbol]?.tickSize ?? SMALLEST);
    if (price === undefined) return [];
    return [
      {
        clientOrderId: clientOrderIdOf(`${id}/${symbol}`),
        symbol,
        side: quantity > 0n ? ('SELL' as const) : ('BUY' as const),
        type: 'STOP' as const,
        timeInForce: 'GTC' as const,
        quantity: absolute(quantity),
        stopPrice: price,
        purpose: PROTECTIVE_PURPOSE,
        verdictId: id,
      },
    ];
  });
