import type { AccountEvent, AccountSnapshot } from '@tradewind/portfolio';
import {
  divideHalfEven,
  type Money,
  notional,
  type Price,
  type Quantity,
  type Side,
  subtract,
  unreachable,
  ZERO_MONEY,
} from '@tradewind/vocabulary';

/** One execution, with what brought it about. */
export interface TaggedFill {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly commission: Money;
  /** What the entry was made for, e.g. `BREAKOUT` or a strategy's name; said of exits too, and not looked at there. */
  readonly tag: string;
}

/** Exact: `total` = sum of `bySymbol` − `fees` + `other` + `currencies`, and `total` = equity at the end − equity at the start − transfers. */
export interface Contributions {
  /** Before commissions: fills, marks, dividends, borrow and the like. */
  readonly bySymbol: Readonly<Record<string, Money>>;
  /** The same profit by what entered the position; what was held at the start is `carried`. */
  readonly byTag: Readonly<Record<string, Money>>;
  readonly fees: Money;
  /** Interest, adjustments of cash: what belongs to no symbol. */
  readonly other: Money;
  readonly transfers: Money;
  readonly total: Money;
  /** What cash in other currencies brought: their rates, and what was booked in them. 0 for an account of one currency. */
  readonly currencies: Money;
  /** What the facts of the period don't explain; 0 unless facts are missing. */
  readonly unexplained: Money;
}

/** What moves an account, in the order in which it happened. */
export type Movement = TaggedFill | AccountEvent;

const CARRIED = 'carried';
const SCALE = 1_000_000_000n;

interface TaggedLot {
  readonly tag: string;
  /** Signed. */
  readonly quantity: bigint;
  readonly price: bigint;
}

/** Lots first in, first out, with the profit of each tag in units of 10^-18. */
class TaggedLots {
  private lots: TaggedLot[] = [];
  constructor(private readonly profit: Map<string, bigint>) {}

  open(tag: string, quantity: bigint, price: bigint): void {
    if (quantity !== 0n) this.lots.push({ tag, quantity, price });
  }

  take(tag: string, quantity: bigint, price: bigint): void {
    let left = quantity;
    while (left !== 0n) {
      const [first] = this.lots;
      if (first === undefined || first.quantity > 0n === left > 0n) {
        this.open(tag, left, price);
        return;
      }
      const size = first.quantity > 0n ? first.quantity : -first.quantity;
      const wanted = left > 0n ? left : -left;
      const taken = size < wanted ? size : wanted;
      const signed = first.quantity > 0n ? taken : -taken;
      this.realise(first.tag, signed * (price - first.price));
      if (taken === size) this.lots.shift();
      else this.lots[0] = { ...first, quantity: first.quantity - signed };
      left += signed;
    }
  }

  split(numerator: bigint, denominator: bigint): void {
    this.lots = this.lots.map(({ tag, quantity, price }) => ({
      tag,
      quantity: (quantity * numerator) / denominator,
      price: (price * denominator) / numerator,
    }));
  }

  /** The books are set to another position: what that changes in cost belongs to `tag`. */
  replace(tag: string, quantity: bigint, price: bigint): void {
    const before = this.lots.reduce((sum, lot) => sum + lot.quantity * lot.price, 0n);
    this.realise(tag, quantity * price - before);
    this.lots = [];
    this.open(tag, quantity, price);
  }

  close(price: bigint): void {
    for (const lot of this.lots) this.realise(lot.tag, lot.quantity * (price - lot.price));
    this.lots = [];
  }

  realise(tag: string, amount: bigint): void {
    this.profit.set(tag, (this.profit.get(tag) ?? 0n) + amount);
  }
}

const ofAccount = (
  event: AccountEvent,
): { readonly symbol?: string; readonly amount: Money; readonly kind: 'profit' | 'fee' | 'transfer' } => {
  switch (event.type) {
    case 'DividendPaid':
    case 'BorrowCharged':
      return { symbol: event.symbol, amount: event.amount, kind: 'profit' };
    case 'SharesSplit':
      return { symbol: event.symbol, amount: event.cashInLieu, kind: 'profit' };
    case 'FeeCharged':
      return { amount: event.amount, kind: 'fee' };
    case 'CashTransferred':
      return { amount: event.amount, kind: 'transfer' };
    case 'InterestBooked':
    case 'CashAdjusted':
      return { amount: event.amount, kind: 'profit' };
    case 'RatesMarked':
    case 'CurrencyConverted':
    case 'PositionAdjusted':
      return { amount: ZERO_MONEY, kind: 'profit' };
    default:
      return unreachable(event);
  }
};

const record = (entries: ReadonlyMap<string, bigint>): Readonly<Record<string, Money>> =>
  Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, amount]) => [name, amount as Money]));

const isForeign = (event: AccountEvent, currency: string): boolean =>
  event.type === 'CurrencyConverted' || event.type === 'RatesMarked' || ('currency' in event && event.currency !== currency);

/**
 * Which symbols, and which reasons to enter, brought the period's profit. `start` and `end` are the account before the first and after the last fact. What was booked in another
 * currency than the account's is worth what the rates make of it, so that the remainder is told as that of currencies as soon as there is any.
 */
export const contributionsOf = (start: AccountSnapshot, end: AccountSnapshot, movements: readonly Movement[]): Contributions => {
  const bySymbol = new Map<string, bigint>();
  const byTag = new Map<string, bigint>();
  const lots = new Map<string, TaggedLots>();
  const lotsOf = (symbol: string): TaggedLots => {
    const found = lots.get(symbol) ?? new TaggedLots(byTag);
    lots.set(symbol, found);
    return found;
  };
  const gain = (symbol: string, amount: bigint): void => void bySymbol.set(symbol, (bySymbol.get(symbol) ?? 0n) + amount);
  for (const { symbol, quantity, marketValue, markPrice } of start.positions) {
    gain(symbol, -marketValue);
    lotsOf(symbol).open(CARRIED, quantity, markPrice);
  }
  let fees = 0n;
  let other = 0n;
  let transfers = 0n;
  let foreign = false;
  const fill = ({ symbol, side, quantity, price, commission, tag }: TaggedFill): void => {
    const signed = side === 'BUY' ? quantity : -quantity;
    gain(symbol, -notional(price, signed as Quantity));
    lotsOf(symbol).take(tag, signed, price);
    fees += commission;
  };
  const book = (event: AccountEvent): void => {
    if (isForeign(event, start.currency)) {
      foreign = true;
      return;
    }
    const { symbol, amount, kind } = ofAccount(event);
    if (event.type === 'PositionAdjusted') lotsOf(event.symbol).replace(event.type, event.quantity, event.averagePrice);
    if (event.type === 'SharesSplit') lotsOf(event.symbol).split(event.numerator, event.denominator);
    if (kind === 'fee') fees += amount;
    else if (kind === 'transfer') transfers += amount;
    else if (symbol === undefined) other += amount;
    else {
      gain(symbol, amount);
      lotsOf(symbol).realise(event.type, amount * SCALE);
    }
  };
  for (const movement of movements) {
    if ('type' in movement) book(movement);
    else fill(movement);
  }
  for (const { symbol, marketValue, markPrice } of end.positions) {
    gain(symbol, marketValue);
    lotsOf(symbol).close(markPrice);
  }
  const total = subtract(subtract(end.equity, start.equity), transfers as Money);
  const symbols = [...bySymbol.values()].reduce((sum, amount) => sum + amount, 0n);
  const rest = total - (symbols - fees + other);
  return {
    bySymbol: record(bySymbol),
    byTag: record(new Map([...byTag].map(([tag, amount]) => [tag, divideHalfEven(amount, SCALE)]))),
    fees: fees as Money,
    other: other as Money,
    transfers: transfers as Money,
    total,
    currencies: (foreign ? rest : 0n) as Money,
    unexplained: (foreign ? 0n : rest) as Money,
  };
};
