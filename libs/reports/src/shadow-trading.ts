import type { Bar } from '@tradewind/market';
import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import {
  add,
  averagePrice,
  type Money,
  type Price,
  type Quantity,
  toNumber,
  utcDateOf,
  type UnixNanos,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

/**
 * What an order cost against the order on paper: all of it dealt at once, at the price of the decision, for nothing.
 *
 * A. Perold, "The Implementation Shortfall: Paper versus Reality", Journal of Portfolio Management 14/3 (1988), 4–9. In money, positive is a cost:
 * execution = side × (average fill − decision price) × filled, opportunity = side × (last price − decision price) × not filled, and the fees.
 */
export interface ShadowOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: string;
  readonly date: string;
  readonly quantity: number;
  readonly filled: number;
  readonly decisionPrice: number;
  /** Null before the first fill. */
  readonly averagePrice: number | null;
  readonly execution: number;
  readonly opportunity: number;
  readonly fees: number;
  readonly shortfall: number;
  /** Shortfall over the notional at the decision price, in hundredths of a per cent. */
  readonly shortfallBps: number;
  /** Profit until the last price, on paper and as it came. */
  readonly theoreticalProfit: number;
  readonly actualProfit: number;
  /** Where in the range of their bars the fills lay: 1 the best price of the bar, 0 the worst; null without a bar that moved. */
  readonly rangeShare: number | null;
  /** Seconds from the decision to the last fill. */
  readonly secondsToFill: number | null;
}

export interface ShadowTotals {
  readonly orders: number;
  readonly filledShare: number;
  readonly theoreticalProfit: number;
  readonly actualProfit: number;
  readonly execution: number;
  readonly opportunity: number;
  readonly fees: number;
  /** Of all orders together, over their notional at the decision prices. */
  readonly shortfallBps: number;
  /** Mean over the orders that have one, by filled notional. */
  readonly rangeShare: number | null;
}

interface Progress {
  readonly intent: OrderIntent;
  /** The reference of the decision; of a stop its price, of what has neither the last price before it. */
  readonly decisionPrice: Price | undefined;
  readonly decidedAt: UnixNanos;
  filled: Quantity;
  value: Money;
  fees: Money;
  lastFillAt: UnixNanos | undefined;
  triggered: boolean;
  ranged: { share: number; weight: number }[];
}

type Filled = Extract<OrderEvent, { type: 'OrderFilled' }>;
const NANOS_A_SECOND = 1e9;
const BPS = 10_000;

/** Waits for a price before it is a wish to trade: a stop, a profit target. */
const isConditional = ({ type, purpose }: OrderIntent): boolean => (type !== 'MARKET' && type !== 'LIMIT') || purpose === 'target';

const rangeShareOf = (fill: Filled, bar: Bar | undefined): number | undefined => {
  if (bar === undefined || bar.high === bar.low) return undefined;
  const place = toNumber((fill.price - bar.low) as Price) / toNumber((bar.high - bar.low) as Price);
  const share = fill.side === 'BUY' ? 1 - place : place;
  return Math.min(1, Math.max(0, share));
};

const meanShare = (parts: readonly { readonly share: number; readonly weight: number }[]): number | null => {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  return weight === 0 ? null : parts.reduce((sum, part) => sum + part.share * part.weight, 0) / weight;
};

/** Follows orders through their events, in order; bars come before the fills that they caused. */
export class ShadowTrading {
  private readonly orders = new Map<string, Progress>();
  private readonly bars = new Map<string, Bar>();
  private readonly lastPrices = new Map<string, Price>();

  addBar(bar: Bar): void {
    this.bars.set(bar.symbol, bar);
    this.lastPrices.set(bar.symbol, bar.close);
  }

  addEvent(event: OrderEvent): void {
    if (event.type === 'OrderInitialized') {
      this.orders.set(event.clientOrderId, {
        intent: event.intent,
        decisionPrice: event.intent.referencePrice ?? event.intent.stopPrice ?? this.lastPrices.get(event.symbol),
        decidedAt: event.at,
        filled: ZERO_QUANTITY,
        value: ZERO_MONEY,
        fees: ZERO_MONEY,
        lastFillAt: undefined,
        triggered: false,
        ranged: [],
      });
    } else if (event.type === 'OrderDenied') this.orders.delete(event.clientOrderId);
    else if (event.type === 'OrderTriggered') this.trigger(event.clientOrderId);
    else if (event.type === 'OrderFilled') this.fill(event);
  }

  private trigger(clientOrderId: string): void {
    const order = this.orders.get(clientOrderId);
    if (order !== undefined) order.triggered = true;
  }

  private fill(event: Filled): void {
    const order = this.orders.get(event.clientOrderId);
    if (order === undefined) return;
    order.filled = add(order.filled, event.quantity);
    const value = ((event.price * event.quantity) / 1_000_000_000n) as Money;
    order.value = add(order.value, value);
    order.fees = add(order.fees, event.commission);
    order.lastFillAt = event.at;
    const share = rangeShareOf(event, this.bars.get(event.symbol));
    if (share !== undefined) order.ranged.push({ share, weight: toNumber(value) });
    if (!this.lastPrices.has(event.symbol)) this.lastPrices.set(event.symbol, event.price);
  }

  /** The orders in the order of their decisions; one before any price is left out, since there is nothing to compare with, and so is a stop or target whose price never came. */
  report(): { readonly orders: readonly ShadowOrder[]; readonly totals: ShadowTotals } {
    const orders = [...this.orders.values()].flatMap((order) => {
      const made = this.shadowOf(order);
      return made === undefined ? [] : [made];
    });
    const sum = (of: (order: ShadowOrder) => number): number => orders.reduce((total, order) => total + of(order), 0);
    const notional = sum(({ decisionPrice, quantity }) => decisionPrice * quantity);
    const shares = orders.flatMap(({ rangeShare, filled, averagePrice: average }) =>
      rangeShare === null ? [] : [{ share: rangeShare, weight: filled * (average ?? 0) }],
    );
    return {
      orders,
      totals: {
        orders: orders.length,
        filledShare: orders.length === 0 ? 0 : sum(({ filled, quantity }) => filled / quantity) / orders.length,
        theoreticalProfit: sum((order) => order.theoreticalProfit),
        actualProfit: sum((order) => order.actualProfit),
        execution: sum((order) => order.execution),
        opportunity: sum((order) => order.opportunity),
        fees: sum((order) => order.fees),
        shortfallBps: notional === 0 ? 0 : (sum((order) => order.shortfall) / notional) * BPS,
        rangeShare: meanShare(shares),
      },
    };
  }

  private shadowOf({
    intent,
    decisionPrice,
    triggered,
    decidedAt,
    filled,
    value,
    fees,
    lastFillAt,
    ranged,
  }: Progress): ShadowOrder | undefined {
    if (decisionPrice === undefined || (isConditional(intent) && filled === 0n && !triggered)) return undefined;
    const direction = intent.side === 'BUY' ? 1 : -1;
    const decision = toNumber(decisionPrice);
    const last = toNumber(this.lastPrices.get(intent.symbol) ?? decisionPrice);
    const ordered = toNumber(intent.quantity);
    const dealt = toNumber(filled);
    const average = filled === 0n ? null : toNumber(averagePrice(value, filled));
    const execution = average === null ? 0 : direction * (average - decision) * dealt;
    const opportunity = direction * (last - decision) * (ordered - dealt);
    const paid = toNumber(fees);
    const shortfall = execution + opportunity + paid;
    const theoreticalProfit = direction * (last - decision) * ordered;
    return {
      clientOrderId: intent.clientOrderId,
      symbol: intent.symbol,
      side: intent.side,
      purpose: intent.purpose,
      date: utcDateOf(decidedAt),
      quantity: ordered,
      filled: dealt,
      decisionPrice: decision,
      averagePrice: average,
      execution,
      opportunity,
      fees: paid,
      shortfall,
      shortfallBps: (shortfall / (decision * ordered)) * BPS,
      theoreticalProfit,
      actualProfit: theoreticalProfit - shortfall,
      rangeShare: meanShare(ranged),
      secondsToFill: lastFillAt === undefined ? null : Number(lastFillAt - decidedAt) / NANOS_A_SECOND,
    };
  }
}
