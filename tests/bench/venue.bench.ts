import { type BookDelta, DepthBook, INSTRUMENTS, type Tick } from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { cancelsProportional, ibkrTieredCommission, SimulatedVenue, type VenueOrder } from '@tradewind/venue';
import { money, price, type Price, quantity, type Quantity, type UnixNanos } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const EVENTS = 200_000;
const WORKING = 200;
const ORDERS = 50_000;
const ROUNDS = 3;
const LEVELS = 20;
const MIDDLE = 10_000;
const CENT = 10_000_000n;

const { symbol } = INSTRUMENTS.find(({ shortable, assetClass }) => shortable && assetClass === 'STOCK') ?? INSTRUMENTS[0]!;
const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));
const at = (index: number): UnixNanos => (1_717_423_200_000_000_000n + BigInt(index) * 1_000_000n) as UnixNanos;
const cents = (count: number): Price => (BigInt(count) * CENT) as Price;
const shares = (count: number): Quantity => quantity(String(count));

/** A book of 20 levels a side and what changes in it: sizes at and near the best prices, and a trade for one change in five. */
const marketEvents = (): readonly Tick[] => {
  const random = seededRandom('venue-bench');
  const side = (step: number) =>
    Array.from({ length: LEVELS }, (_, level) => ({ price: cents(MIDDLE + step * (level + 1)), quantity: shares(500), orders: 0 }));
  const ticks: Tick[] = [{ kind: 'book-snapshot', symbol, at: at(0), sequence: 1, bids: side(-1), asks: side(1) }];
  for (let index = 1, sequence = 1; index < EVENTS; index += 1) {
    const bid = random.next() < 0.5;
    if (random.next() < 0.2) {
      const aggressor = bid ? 'SELLER' : 'BUYER';
      const trade = {
        price: cents(MIDDLE + (bid ? -1 : 1)),
        quantity: shares(random.integer(1, 5)),
        aggressor,
        conditions: [],
        venue: '',
      } as const;
      ticks.push({ kind: 'trade', symbol, at: at(index), sequence: index, ...trade });
      continue;
    }
    const level = 1 + Math.floor(random.next() ** 2 * LEVELS);
    const change = {
      side: bid ? 'BID' : 'ASK',
      price: cents(MIDDLE + (bid ? -level : level)),
      quantity: shares(random.integer(400, 600)),
    } as const;
    ticks.push({ kind: 'book-delta', symbol, at: at(index), sequence: sequence + 1, previousSequence: sequence, changes: [change] });
    sequence += 1;
  }
  return ticks;
};

const open = (): SimulatedVenue =>
  SimulatedVenue.open({
    instruments,
    account: { venueAccount: 'BENCH', currency: 'USD', openingCash: money('1000000000'), kind: 'MARGIN' },
    policies: { queue: cancelsProportional, commission: ibkrTieredCommission() },
    seed: 1,
  });

const orderOf = (index: number, terms: Pick<VenueOrder, 'side' | 'type' | 'timeInForce'> & Partial<VenueOrder>): VenueOrder => ({
  clientOrderId: `b-${index}`,
  symbol,
  quantity: shares(100),
  ...terms,
});

/** Resting orders on all levels of both sides, and stops beyond them: what a busy account leaves in one symbol. */
const fillWithOrders = (venue: SimulatedVenue): void => {
  for (let index = 0; index < WORKING; index += 1) {
    const buys = index % 2 === 0;
    const level = 1 + ((index >> 1) % LEVELS);
    const side = buys ? 'BUY' : 'SELL';
    const terms =
      index % 4 < 3
        ? ({ type: 'LIMIT', limitPrice: cents(MIDDLE + (buys ? -level : level)) } as const)
        : ({ type: 'STOP', stopPrice: cents(MIDDLE + (buys ? 500 : -500)) } as const);
    venue.submit(orderOf(index, { side, timeInForce: 'GTC', ...terms, quantity: shares(100_000) }), at(0));
  }
};

const events = async (report: Report): Promise<void> => {
  const ticks = marketEvents();
  let working = 0;
  const run = (orders: boolean) => (): void => {
    const venue = open();
    venue.onTick(ticks[0]!);
    if (orders) fillWithOrders(venue);
    for (let index = 1; index < ticks.length; index += 1) venue.onTick(ticks[index]!);
    working = venue.snapshot(at(0), at(EVENTS)).orders.filter(({ status }) => status === 'WORKING').length;
  };
  const alone = await fastestSeconds(ROUNDS, run(false));
  const busy = await fastestSeconds(ROUNDS, run(true));
  const floor = await fastestSeconds(ROUNDS, () => {
    const book = new DepthBook();
    for (const tick of ticks) {
      if (tick.kind === 'book-snapshot') book.applySnapshot(tick);
      else if (tick.kind === 'book-delta') book.applyDelta(tick as BookDelta);
    }
  });
  report.row('floor: the same events into a book by price alone', EVENTS / floor, 'events/s');
  report.row('market events, no working order', EVENTS / alone, 'events/s');
  report.row(`market events, ${working} working orders of the symbol`, EVENTS / busy, 'events/s');
  report.ratio('share of the floor with working orders', EVENTS / busy, EVENTS / floor);
};

const orders = async (report: Report): Promise<void> => {
  const quoted: Tick = {
    kind: 'quote',
    symbol,
    at: at(0),
    sequence: 0,
    bidPrice: price('99.99'),
    bidQuantity: shares(1_000_000_000),
    askPrice: price('100'),
    askQuantity: shares(1_000_000_000),
    venue: '',
  };
  const made = Array.from({ length: ORDERS }, (_, index) =>
    orderOf(index, { side: index % 2 === 0 ? 'BUY' : 'SELL', type: 'MARKET', timeInForce: 'DAY', quantity: shares(1) }),
  );
  let told = 0;
  const seconds = await fastestSeconds(ROUNDS, () => {
    const venue = open();
    venue.onTick(quoted);
    told = 0;
    for (let index = 0; index < ORDERS; index += 1) told += venue.submit(made[index]!, at(index)).reports.length;
  });
  const floor = await fastestSeconds(ROUNDS, () => {
    const known = new Map<string, readonly object[]>();
    for (let index = 0; index < ORDERS; index += 1) {
      const order = made[index]!;
      if (known.has(order.clientOrderId)) continue;
      known.set(order.clientOrderId, [
        { type: 'ACCEPTED', id: `o-${index}/0`, at: at(index), symbol, venueOrderId: `o-${index}`, clientOrderId: order.clientOrderId },
        {
          type: 'FILLED',
          id: `fill/x-${index}`,
          at: at(index),
          symbol,
          venueOrderId: `o-${index}`,
          clientOrderId: order.clientOrderId,
          quantity: order.quantity,
        },
      ]);
    }
  });
  report.row('floor: the reports alone, by client order id', ORDERS / floor, 'orders/s');
  report.row('submit to fill, checks and commission included', ORDERS / seconds, 'orders/s');
  report.ratio('share of the floor', ORDERS / seconds, ORDERS / floor);
  report.note(`${told.toLocaleString('en-US')} reports of ${ORDERS.toLocaleString('en-US')} orders`);
};

export const benchmark: Benchmark = {
  name: 'simulated venue',
  async run(report) {
    await events(report);
    await orders(report);
  },
};
