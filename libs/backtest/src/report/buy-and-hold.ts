import type { DatedValue } from '@tradewind/statistics';

/** A bar as the benchmark sees it, in doubles: the benchmark is a statistic and books no money. */
export interface PricePoint {
  readonly symbol: string;
  readonly open: number;
  readonly close: number;
}

export interface BenchmarkDay {
  readonly date: string;
  readonly bars: readonly PricePoint[];
}

export interface TradingCosts {
  /** Fractions of the traded value. */
  readonly commissionRatio: number;
  readonly slippageRatio: number;
}

export const BUY_AND_HOLD_METHOD =
  'Equal amounts of the starting equity into each instrument at the open of the second trading day (the first at which the strategy could have ' +
  'traded), with the same slippage and commission, fractions allowed, never rebalanced. When an instrument has no more data, it is sold at its ' +
  'last close with the same costs and the proceeds are spread equally over the others at their next open.';

const lastDays = (days: readonly BenchmarkDay[]): Map<string, string> => {
  const last = new Map<string, string>();
  for (const day of days) for (const bar of day.bars) last.set(bar.symbol, day.date);
  return last;
};

class Holdings {
  private readonly shares = new Map<string, number>();
  private readonly closes = new Map<string, number>();
  /** Cash that waits for its instrument's next open. */
  private readonly waiting = new Map<string, number>();
  private idle = 0;

  constructor(private readonly costs: TradingCosts) {}

  allot(symbols: readonly string[], cash: number): void {
    for (const symbol of symbols) this.waiting.set(symbol, (this.waiting.get(symbol) ?? 0) + cash / symbols.length);
    if (symbols.length === 0) this.idle += cash;
  }

  buy(bar: PricePoint): void {
    const cash = this.waiting.get(bar.symbol);
    if (cash === undefined) return;
    const unitCost = bar.open * (1 + this.costs.slippageRatio) * (1 + this.costs.commissionRatio);
    this.shares.set(bar.symbol, (this.shares.get(bar.symbol) ?? 0) + cash / unitCost);
    this.waiting.delete(bar.symbol);
  }

  mark(bar: PricePoint): void {
    this.closes.set(bar.symbol, bar.close);
  }

  sell(bar: PricePoint): void {
    const held = this.shares.get(bar.symbol) ?? 0;
    this.shares.delete(bar.symbol);
    this.allot([...this.shares.keys()], held * bar.close * (1 - this.costs.slippageRatio) * (1 - this.costs.commissionRatio));
  }

  value(): number {
    let sum = this.idle;
    for (const [symbol, count] of this.shares) sum += count * this.closes.get(symbol)!;
    for (const cash of this.waiting.values()) sum += cash;
    return sum;
  }
}

/** Equity of buy and hold at the close of each day, from the same start. See BUY_AND_HOLD_METHOD. */
export const buyAndHold = (days: readonly BenchmarkDay[], start: number, costs: TradingCosts): DatedValue[] => {
  const lastDay = lastDays(days);
  const finalDate = days.at(-1)?.date;
  const holdings = new Holdings(costs);
  holdings.allot([...lastDay.keys()], start);
  return days.map(({ date, bars }, index) => {
    for (const bar of bars) {
      if (index > 0) holdings.buy(bar);
      holdings.mark(bar);
    }
    for (const bar of bars) {
      if (lastDay.get(bar.symbol) === date && date !== finalDate) holdings.sell(bar);
    }
    return { date, value: holdings.value() };
  });
};
