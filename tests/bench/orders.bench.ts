import {
  evolveOrder,
  evolveOrders,
  foldOrders,
  initialOrders,
  type Order,
  type OrderEvent,
  type OrdersEvent,
  type OrdersState,
} from '@tradewind/orders';
import { accountIdOf, money, price, type Quantity, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const ORDERS = 40_000;
/** Open at any time, over as many symbols and positions as a busy account has. */
const OPEN = 200;
const SYMBOLS = 100;
/** What one message brings: a step's fills and placements, or a burst of reports read together. */
const BATCH = 100;
const ONE_BY_ONE = 60_000;
const ROUNDS = 5;

const symbols = Array.from({ length: SYMBOLS }, (_, index) => symbolOf(`S${index}`));
const empty = (): OrdersState => initialOrders({ accountId: accountIdOf('bench'), currency: 'USD', openingCash: money('10000000') });
const third = quantity('10');
const whole = quantity('30');

/** The whole life of the n-th order: most are filled in three parts, some amended on the way, every eighth is cancelled. */
const lifeOf = (n: number): readonly OrderEvent[] => {
  const symbol = symbols[n % SYMBOLS]!;
  const clientOrderId = `tw-${n.toString(16).padStart(20, '0')}`;
  const side = Math.floor(n / SYMBOLS) % 2 === 0 ? ('BUY' as const) : ('SELL' as const);
  let sequence = 0;
  const base = () => ({
    id: `oe/${clientOrderId}/${(sequence += 1)}`,
    clientOrderId,
    symbol,
    at: BigInt(n) as UnixNanos,
    causes: ['bench'],
  });
  const limitPrice = price('100');
  const terms = { type: 'LIMIT' as const, quantity: whole, limitPrice };
  const intent = { ...terms, clientOrderId, symbol, side, timeInForce: 'GTC' as const, purpose: 'signal:enter', verdictId: 'vd/bench' };
  const fill = (part: number): OrderEvent => ({
    ...base(),
    type: 'OrderFilled',
    fillId: `fl/${clientOrderId}/${part}`,
    side,
    quantity: third,
    price: limitPrice,
    commission: money('0.35'),
    slippage: money('0'),
    leavesQuantity: (whole - third * BigInt(part + 1)) as Quantity,
  });
  const placed: OrderEvent[] = [
    { ...base(), type: 'OrderInitialized', intent },
    { ...base(), type: 'OrderSubmitted' },
    { ...base(), type: 'OrderAccepted', venueOrderId: clientOrderId },
  ];
  if (n % 8 === 0) {
    return [...placed, { ...base(), type: 'OrderCancelRequested', reason: 'bench' }, { ...base(), type: 'OrderCanceled', reason: 'bench' }];
  }
  const amended: OrderEvent[] =
    n % 4 === 1
      ? [
          { ...base(), type: 'OrderUpdateRequested', change: { limitPrice }, reason: 'bench' },
          { ...base(), type: 'OrderUpdated', terms },
        ]
      : [];
  return [...placed, fill(0), ...amended, fill(1), fill(2)];
};

/** The lives of all orders interleaved, `OPEN` of them at a time, one event of each in turn; bars between them, as in a session. */
const historyOf = (orders: number): OrdersEvent[] => {
  const events: OrdersEvent[] = [];
  const working: OrderEvent[][] = [];
  let begun = 0;
  let step = 0;
  while (begun < orders || working.length > 0) {
    while (working.length < OPEN && begun < orders) working.push([...lifeOf((begun += 1))].reverse());
    for (let index = working.length - 1; index >= 0; index -= 1) {
      events.push(working[index]!.pop()!);
      if (working[index]!.length === 0) working.splice(index, 1);
    }
    const at = BigInt(step) as UnixNanos;
    events.push({ type: 'BarsArrived', id: `ob/bench/${step}`, at, run: 'bench', step, bars: [] });
    step += 1;
  }
  return events;
};

const batchesOf = (events: readonly OrdersEvent[]): OrdersEvent[][] => {
  const batches: OrdersEvent[][] = [];
  for (let start = 0; start < events.length; start += BATCH) batches.push(events.slice(start, start + BATCH));
  return batches;
};

/** The floor: what any program does that keeps orders by id, and nothing of what makes them right. */
const bareMap = (events: readonly OrdersEvent[]): number => {
  const orders = new Map<string, { status: string; filled: bigint }>();
  for (const event of events) {
    if (!('clientOrderId' in event)) continue;
    const filled = orders.get(event.clientOrderId)?.filled ?? 0n;
    orders.set(event.clientOrderId, { status: event.type, filled: event.type === 'OrderFilled' ? filled + event.quantity : filled });
  }
  return orders.size;
};

/** Every order by itself: transition table, amendments, fills; no account. */
const ordersAlone = (events: readonly OrdersEvent[]): number => {
  const orders = new Map<string, Order>();
  for (const event of events) {
    if ('clientOrderId' in event) orders.set(event.clientOrderId, evolveOrder(orders.get(event.clientOrderId), event));
  }
  return orders.size;
};

const run = async (report: Report): Promise<void> => {
  const events = historyOf(ORDERS);
  const batches = batchesOf(events);
  const few = events.slice(0, ONE_BY_ONE);
  const folded = batches.reduce(foldOrders, empty());
  if (Object.keys(folded.open).length > 0) throw new Error('an order was left open');
  const floor = await fastestSeconds(ROUNDS, () => bareMap(events));
  const alone = await fastestSeconds(ROUNDS, () => ordersAlone(events));
  const batched = await fastestSeconds(ROUNDS, () => batches.reduce(foldOrders, empty()));
  const single = await fastestSeconds(2, () => few.reduce(evolveOrders, empty()));
  report.row('order events', events.length, '');
  report.row('floor: a map of statuses and quantities', events.length / floor, 'events/s');
  report.row('evolveOrder: each order by itself', events.length / alone, 'events/s');
  report.row(`foldOrders: an account, ${OPEN} open orders, ${BATCH} events a message`, events.length / batched, 'events/s');
  report.row('evolveOrders: the same, a message and a copy for each event', few.length / single, 'events/s');
  report.ratio('an account against 500,000 events/s', events.length / batched, 500_000, 'above 1');
  report.ratio('an account against the floor: times as long', batched, floor);
};

export const benchmark: Benchmark = { name: 'life of orders', run };
