import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import {
  type BookDelta,
  type BookSide,
  civilDate,
  DeltaPublisher,
  DepthBook,
  LOBSTER_SCALE,
  LobsterBook,
  lobsterEvent,
  OrderBook,
  type OrderEvent,
  parseLobsterBooks,
  parseLobsterMessages,
  SimulatedVenue,
} from '@tradewind/market';
import { realData, seededRandom } from '@tradewind/testkit';
import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const GENERATED = 1_000_000;
/** The plain book sorts its prices for every message: more would take minutes. */
const PLAIN = 20_000;
const ROUNDS = 3;
const LOBSTER_ROUNDS = 20;
const DELTAS = 400_000;

/** What one writes first: maps, and a sort whenever the best price is asked for. */
class PlainBook {
  private readonly orders = new Map<number, { side: BookSide; price: number; quantity: number }>();
  private readonly levels = { BID: new Map<number, number>(), ASK: new Map<number, number>() };

  apply(event: OrderEvent): void {
    if (event.kind === 'ADD') {
      this.orders.set(event.id, { side: event.side, price: event.price, quantity: event.quantity });
      this.move(event.side, event.price, event.quantity);
      return;
    }
    if (event.kind !== 'DELETE' && event.kind !== 'REDUCE' && event.kind !== 'EXECUTE') return;
    const order = this.orders.get(event.id);
    if (order === undefined) return;
    const taken = event.kind === 'DELETE' ? order.quantity : Math.min(order.quantity, event.quantity);
    order.quantity -= taken;
    if (order.quantity === 0) this.orders.delete(event.id);
    this.move(order.side, order.price, -taken);
  }

  get bestBid(): number {
    return [...this.levels.BID.keys()].sort((left, right) => right - left)[0] ?? NaN;
  }

  get bestAsk(): number {
    return [...this.levels.ASK.keys()].sort((left, right) => left - right)[0] ?? NaN;
  }

  private move(side: BookSide, price: number, change: number): void {
    const quantity = (this.levels[side].get(price) ?? 0) + change;
    if (quantity === 0) this.levels[side].delete(price);
    else this.levels[side].set(price, quantity);
  }
}

/** Adds near a price that wanders, cancels and executions of what is there: about 2,000 orders on about 200 levels a side. */
const generatedEvents = (count: number): readonly OrderEvent[] => {
  const random = seededRandom('book bench');
  const live: { id: number; quantity: number }[] = [];
  const events: OrderEvent[] = [];
  let middle = 1_000_000;
  for (let index = 0; index < count; index += 1) {
    const origin = { at: BigInt(index) as UnixNanos, sequence: index };
    const draw = random.next();
    if (live.length < 2_000 || draw < 0.5) {
      const side = draw < 0.25 ? 'BID' : 'ASK';
      const away = 1 + Math.floor(random.exponential(40));
      const quantity = random.integer(1, 10) * 100;
      live.push({ id: index + 1, quantity });
      events.push({ ...origin, kind: 'ADD', id: index + 1, side, price: middle + (side === 'BID' ? -away : away), quantity });
      if (index % 64 === 0) middle += random.integer(-1, 1);
      continue;
    }
    const position = random.integer(0, live.length - 1);
    const order = live[position]!;
    const whole = draw < 0.95 || order.quantity === 100;
    if (whole) {
      live[position] = live.at(-1)!;
      live.pop();
      events.push({ ...origin, kind: 'DELETE', id: order.id });
    } else {
      order.quantity -= 100;
      events.push({ ...origin, kind: draw < 0.97 ? 'REDUCE' : 'EXECUTE', id: order.id, quantity: 100 });
    }
  }
  return events;
};

/** Applies all, asking for both best prices after each; the sum keeps the compiler honest. */
const replay = (
  book: { apply(event: OrderEvent): unknown; readonly bestBid: number; readonly bestAsk: number },
  events: readonly OrderEvent[],
): number => {
  let sum = 0;
  for (let index = 0; index < events.length; index += 1) {
    book.apply(events[index]!);
    sum += book.bestAsk - book.bestBid;
  }
  return sum;
};

const measureOrders = async (report: Report): Promise<void> => {
  const events = generatedEvents(GENERATED);
  const perSecond = GENERATED / (await fastestSeconds(ROUNDS, () => replay(new OrderBook(LOBSTER_SCALE), events)));
  report.row('book by order, generated, best prices after each', perSecond, 'messages/s');
  const few = events.slice(0, PLAIN);
  const plain = PLAIN / (await fastestSeconds(1, () => replay(new PlainBook(), few)));
  report.row('  maps sorted when asked', plain, 'messages/s');
  report.ratio('  against them', perSecond, plain);
  report.ratio('  against the aim of 1,000,000 messages/s', perSecond, 1_000_000, '1');
};

const measureLobster = async (report: Report): Promise<void> => {
  const data = realData('orderbook', 'lobster');
  if (data.absent) {
    report.note(`LOBSTER's half hour${data.note}`);
    return;
  }
  const textOf = (name: string): string => gunzipSync(readFileSync(join(data.path, name))).toString('latin1');
  const messages = parseLobsterMessages(textOf('AAPL_2012-06-21_0930_1000_message_50.csv.gz'), civilDate('2012-06-21')).rows;
  const [first] = parseLobsterBooks(textOf('AAPL_2012-06-21_orderbook_50_first672.csv.gz')).rows;
  const events = messages.map(lobsterEvent).filter((event) => event !== undefined);
  const seconds = await fastestSeconds(LOBSTER_ROUNDS, () => {
    const seeded = new LobsterBook();
    seeded.seed(first!);
    return replay(seeded.book, events);
  });
  report.row(`book by order, LOBSTER's half hour (${events.length} messages)`, events.length / seconds, 'messages/s');
  report.ratio('  against the aim of 1,000,000 messages/s', events.length / seconds, 1_000_000, '1');
};

const measureDeltas = async (report: Report): Promise<void> => {
  const publisher = new DeltaPublisher(symbolOf('TEST'), LOBSTER_SCALE);
  const snapshot = publisher.takeSnapshot(0n as UnixNanos);
  const deltas: BookDelta[] = [];
  for (const event of generatedEvents(DELTAS)) {
    publisher.book.apply(event);
    const delta = publisher.takeDelta(event.at);
    if (delta !== undefined) deltas.push(delta);
  }
  const seconds = await fastestSeconds(ROUNDS, () => {
    const book = new DepthBook();
    book.applySnapshot(snapshot);
    let sum = 0;
    for (let index = 0; index < deltas.length; index += 1) {
      book.applyDelta(deltas[index]!);
      sum += book.microprice + book.imbalance(5);
    }
    return sum;
  });
  report.row('book by price, microprice and imbalance of 5 after each', deltas.length / seconds, 'deltas/s');
};

/** The simulated venue makes its flow, matches it and tells it: load of any rate must not be bound by the making. */
const measureSimulation = async (report: Report): Promise<void> => {
  for (const [count, events] of [
    [1, 200_000],
    [50, 100_000],
  ] as const) {
    const instruments = Array.from({ length: count }, (_, index) => ({ symbol: symbolOf(`S${index}`), startPrice: 10_000, activity: 1 }));
    const venue = new SimulatedVenue({ seed: 'bench', startAt: 0n as UnixNanos, instruments });
    const seconds = await fastestSeconds(ROUNDS, () => {
      let ticks = 0;
      for (let event = 0; event < events; event += 1) ticks += venue.step().length;
      return ticks;
    });
    report.row(`simulated venue, ${count} ${count === 1 ? 'instrument' : 'instruments'}`, events / seconds, 'events/s');
  }
};

export const benchmark: Benchmark = {
  name: 'order books',
  async run(report) {
    await measureOrders(report);
    await measureLobster(report);
    await measureDeltas(report);
    await measureSimulation(report);
  },
};
