import { evolveOrder, type Order, type OrderEvent, type OrderIntent, type OrdersChanged } from '@tradewind/orders';
import { formatDecimal, type Money, type Quantity } from '@tradewind/vocabulary';

/** One order as the venue shows it at the end. */
export interface VenueOrderLine {
  readonly clientOrderId: string;
  /** Ours says another id for an order that was changed: the venue's chain of replaced orders counts as one. */
  readonly replaces: string | null;
  readonly id: string;
  readonly symbol: string;
  readonly filled: string;
  readonly status: string;
  /** It can still trade. */
  readonly open: boolean;
  /** Somebody else's, for the same account. */
  readonly byHand: boolean;
}

/** A halt that was acknowledged. */
export interface Halted {
  /** Client order ids that were at the venue by then, or on their way. */
  readonly known: readonly string[];
}

export interface VenueFillLine {
  readonly id: string;
  readonly orderId: string;
  readonly quantity: string;
  readonly price: string;
}

/** What is looked at when everything is quiet again. */
export interface Outcome {
  readonly approved: readonly OrderIntent[];
  readonly events: readonly OrderEvent[];
  readonly changes: readonly OrdersChanged[];
  readonly positions: Readonly<Record<string, string>>;
  readonly cash: string;
  readonly venueOrders: readonly VenueOrderLine[];
  readonly venueFills: readonly VenueFillLine[];
  readonly venuePositions: Readonly<Record<string, string>>;
  readonly venueCash: string;
  readonly openDifferences: number;
  /** Requests to the venue that are not settled. */
  readonly underWay: readonly string[];
  readonly linkUp: boolean;
  /** There when trading was halted in the run, for good. */
  readonly halted?: Halted | undefined;
}

export interface Finding {
  readonly rule: string;
  readonly holds: boolean;
  readonly detail: string;
}

const finding = (rule: string, wrong: readonly string[], right: string): Finding => ({
  rule,
  holds: wrong.length === 0,
  detail: wrong.length === 0 ? right : wrong.slice(0, 5).join('; ') + (wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''),
});

const sameText = (left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((key) => left[key] !== right[key])
    .map((key) => `${key}: ours ${left[key] ?? '0'}, theirs ${right[key] ?? '0'}`);

/** Histories by order; a legal one folds, and a repeated event is the same event. */
const histories = (events: readonly OrderEvent[]): { readonly orders: ReadonlyMap<string, Order>; readonly wrong: readonly string[] } => {
  const wrong: string[] = [];
  const byOrder = new Map<string, OrderEvent[]>();
  const seen = new Map<string, OrderEvent>();
  for (const event of events) {
    const before = seen.get(event.id);
    if (before !== undefined) {
      if (before.type !== event.type) wrong.push(`${event.id} is told as ${before.type} and ${event.type}`);
      continue;
    }
    seen.set(event.id, event);
    byOrder.set(event.clientOrderId, [...(byOrder.get(event.clientOrderId) ?? []), event]);
  }
  const orders = new Map<string, Order>();
  for (const [id, told] of byOrder) {
    const sorted = told.toSorted(
      (left, right) => Number(left.id.slice(left.id.lastIndexOf('/') + 1)) - Number(right.id.slice(right.id.lastIndexOf('/') + 1)),
    );
    try {
      let order: Order | undefined;
      for (const event of sorted) order = evolveOrder(order, event);
      if (order !== undefined) orders.set(id, order);
    } catch (error) {
      wrong.push(`${id}: ${String(error)}`);
    }
  }
  return { orders, wrong };
};

const ENTRY = 'signal:enter';
const SENT: ReadonlySet<OrderEvent['type']> = new Set(['OrderAccepted', 'OrderFilled', 'OrderTriggered', 'OrderExpired']);
const gapsOf = (changes: readonly OrdersChanged[]): string[] => {
  const numbers = [...new Set(changes.map(({ id }) => Number(id.slice(id.lastIndexOf('/') + 1))))].sort((left, right) => left - right);
  return numbers
    .flatMap((number, index) => (number === (numbers[0] ?? 0) + index ? [] : [`number ${number} at place ${index}`]))
    .slice(0, 1);
};

/** After a halt no entry reaches the venue that was not on its way, and none goes on working there. */
const haltHolds = ({ venueOrders }: Outcome, { known }: Halted, orders: ReadonlyMap<string, Order>): Finding => {
  const entries = venueOrders.filter(({ clientOrderId }) => {
    const order = orders.get(clientOrderId);
    return order !== undefined && order.intent.purpose === ENTRY;
  });
  return finding(
    'a halt ends entries',
    entries.flatMap(({ clientOrderId, open }) => [
      ...(known.includes(clientOrderId) ? [] : [`${clientOrderId} came after it`]),
      ...(open ? [`${clientOrderId} still works`] : []),
    ]),
    `${entries.length} entries`,
  );
};

/** Whether nothing was lost, nothing doubled, and both sides' books agree. Pure. */
export const verdict = (outcome: Outcome): readonly Finding[] => {
  const { approved, events, changes, venueOrders, venueFills } = outcome;
  const { orders, wrong } = histories(events);
  const approvedIds = new Set(approved.map(({ clientOrderId }) => clientOrderId));
  const roots = venueOrders.filter(({ replaces, byHand }) => replaces === null && !byHand);
  const venueIds = new Map<string, number>();
  for (const { clientOrderId } of roots) venueIds.set(clientOrderId, (venueIds.get(clientOrderId) ?? 0) + 1);
  const atVenue = events
    .filter(({ type, clientOrderId }) => SENT.has(type) && orders.get(clientOrderId)?.intent.purpose.startsWith('external:') !== true)
    .map(({ clientOrderId }) => clientOrderId);
  const ourFills = new Map<string, string>();
  for (const event of events)
    if (event.type === 'OrderFilled') ourFills.set(event.fillId, `${formatDecimal(event.quantity)} at ${formatDecimal(event.price)}`);
  const theirFills = new Map(venueFills.map(({ id, quantity, price }) => [id, `${quantity} at ${price}`]));
  const protections = (id: string): boolean => {
    const order = orders.get(id);
    return order !== undefined && (order.intent.purpose === 'stop' || order.intent.purpose === 'target');
  };
  const missing = [...approvedIds].filter((id) => !orders.has(id));
  const doubled = [...venueIds].filter(([, count]) => count > 1).map(([id, count]) => `${id} is there ${count} times`);
  const unapproved = [...venueIds.keys()].filter((id) => !approvedIds.has(id) && !protections(id));
  const notThere = [...new Set(atVenue)].filter((id) => !venueIds.has(id));
  const over = [...orders.values()].filter(({ filledQuantity, intent, terms }) => filledQuantity > (terms?.quantity ?? intent.quantity));
  return [
    finding(
      'every approved intent is an order',
      missing.map((id) => `${id} was never placed`),
      `${approvedIds.size} intents`,
    ),
    finding('no order is at the venue twice', doubled, `${venueIds.size} orders at the venue`),
    finding('nothing is at the venue that nobody approved', unapproved, 'all are approved, or protect a position'),
    finding('what was accepted is at the venue', notThere, `${new Set(atVenue).size} orders`),
    finding('every life is legal and told once', wrong, `${orders.size} orders, ${events.length} events`),
    finding(
      'no order is filled beyond its quantity',
      over.map(({ intent }) => intent.clientOrderId),
      'none',
    ),
    finding(
      'both sides know the same executions',
      sameText(Object.fromEntries(ourFills), Object.fromEntries(theirFills)),
      `${theirFills.size} executions`,
    ),
    finding('both sides hold the same positions', sameText(outcome.positions, outcome.venuePositions), JSON.stringify(outcome.positions)),
    finding('cash agrees to the cent', sameText({ cash: outcome.cash }, { cash: outcome.venueCash }), outcome.cash),
    finding('changes are told without a gap', gapsOf(changes), `${changes.length} messages`),
    ...(outcome.halted === undefined ? [] : [haltHolds(outcome, outcome.halted, orders)]),
    finding(
      'nothing is open',
      [
        ...(outcome.openDifferences > 0 ? [`${outcome.openDifferences} differences`] : []),
        ...outcome.underWay,
        ...(outcome.linkUp ? [] : ['the broker is not connected']),
      ],
      'no difference, no request under way',
    ),
  ];
};

/** Text of a decimal without trailing zeros, so that both sides' numbers compare. */
export const plainDecimal = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);
export const textOf = (amount: Money | Quantity): string => formatDecimal(amount);
