import type { AccountSnapshot } from '@tradewind/portfolio';
import { absolute, add, greatest, least, notional, scaleBy, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Instrument, Money, Price, Quantity } from '@tradewind/vocabulary';

import { CapitalUse } from './capital-use.js';
import type { CapitalUsed } from './capital-use.js';
import type { RiskProfile } from './profile.js';
import { heldBy } from './reservation.js';
import type { PendingOrder, Reservations } from './reservation.js';
import type { StrategyHoldings } from './strategy-holdings.js';

export interface Holding {
  readonly quantity: Quantity;
  readonly markPrice: Price;
}

/** One instrument: what is held, and what approved orders would make of it at their worst. */
interface Line {
  readonly symbol: string;
  holding: Holding | undefined;
  /** Absolute, at the mark, with every approved entry at its worst price. */
  exposure: Money;
  reducing: Quantity;
  entering: Quantity;
  openOrders: number;
  readonly sector: SectorLine;
}

/** Shared by the lines of a sector, so that exposure is added without another look-up. */
interface SectorLine {
  exposure: Money;
}

/** How the book changed, for whoever keeps an estimate beside it. */
export type ExposureListener = (symbol: string, added: Money) => void;

/** Puts a line whose exposure has risen, or that is new, into its place among the largest, at most `kept` of them. Exposure only ever rises within a step. */
const raise = (largest: Line[], line: Line, kept: number): void => {
  const last = largest.at(-1);
  if (largest.length === kept && last !== undefined && last !== line && line.exposure <= last.exposure) return;
  const known = largest.indexOf(line);
  if (known >= 0) largest.splice(known, 1);
  let at = largest.length;
  while (at > 0 && largest[at - 1]!.exposure < line.exposure) at -= 1;
  largest.splice(at, 0, line);
  largest.length = Math.min(largest.length, kept);
};

/**
 * Cash and exposure at their worst while a step is judged: what is held at its mark, plus what every approved and unreported entry would be at its
 * worst price. An approval reserves at once, so that the next signal of the same step sees it. Made once a step; every question after that costs the
 * same however many positions there are.
 */
export class ExposureBook {
  readonly equity: Money;
  readonly capital: CapitalUse;
  #cash: Money;
  #gross: Money = ZERO_MONEY;
  #net: Money = ZERO_MONEY;
  #openOrders = 0;
  #positions = 0;
  readonly #lines = new Map<string, Line>();
  readonly #bySector = new Map<string, SectorLine>();
  readonly #instruments: Readonly<Record<string, Instrument>>;
  readonly #costRatio: RiskProfile['limits']['costRatio'];
  /** The largest lines, one more than anybody asked for; undefined until somebody does. */
  #largest: Line[] | undefined;
  #largestKept = 0;
  #listener: ExposureListener | undefined;

  constructor(
    account: AccountSnapshot,
    pending: Reservations,
    instruments: Readonly<Record<string, Instrument>>,
    profile: RiskProfile,
    holdings: StrategyHoldings = {},
  ) {
    this.equity = account.equity;
    this.#cash = account.cash;
    this.#instruments = instruments;
    this.#costRatio = profile.limits.costRatio;
    this.capital = new CapitalUse(profile);
    for (const { symbol, quantity, markPrice, marketValue } of account.positions) {
      const line = this.#line(symbol);
      line.holding = { quantity, markPrice };
      this.#net = add(this.#net, marketValue);
      this.#expose(line, absolute(marketValue));
      if (this.capital.isKept) this.#attribute(symbol, quantity, markPrice, holdings);
    }
    // In one order, since doubles are summed over the lines: a state read back from storage has its keys in another.
    for (const id of Object.keys(pending).sort()) this.reserve(pending[id]!);
  }

  /** Cash that is neither spent nor reserved. */
  get cash(): Money {
    return this.#cash;
  }
  get gross(): Money {
    return this.#gross;
  }
  /** Long less short, every approved entry bought. */
  get net(): Money {
    return this.#net;
  }
  /** Approved orders that have not ended. */
  get openOrders(): number {
    return this.#openOrders;
  }
  /** Instruments held or being bought. */
  get positions(): number {
    return this.#positions;
  }
  holding(symbol: string): Holding | undefined {
    return this.#lines.get(symbol)?.holding;
  }
  exposure(symbol: string): Money {
    return this.#lines.get(symbol)?.exposure ?? ZERO_MONEY;
  }
  /** Below zero for a short position. */
  signedExposure(symbol: string): Money {
    const line = this.#lines.get(symbol);
    if (line === undefined) return ZERO_MONEY;
    return line.holding !== undefined && line.holding.quantity < 0n ? (-line.exposure as Money) : line.exposure;
  }
  sectorExposure(sector: string): Money {
    return this.#bySector.get(sector)?.exposure ?? ZERO_MONEY;
  }
  /** What working orders will take off the position. */
  reducing(symbol: string): Quantity {
    return this.#lines.get(symbol)?.reducing ?? ZERO_QUANTITY;
  }
  /** What working entries may still add. */
  entering(symbol: string): Quantity {
    return this.#lines.get(symbol)?.entering ?? ZERO_QUANTITY;
  }
  openOrdersOf(symbol: string): number {
    return this.#lines.get(symbol)?.openOrders ?? 0;
  }
  /** Instruments with exposure, in no order. */
  symbols(): Iterable<string> {
    return this.#lines.keys();
  }

  /** Exposure of the `count` largest instruments, `without` left out. */
  largestWithout(count: number, without: string): Money {
    if (this.#largest === undefined || this.#largestKept <= count) {
      this.#largestKept = count + 1;
      this.#largest = [];
      for (const line of this.#lines.values()) raise(this.#largest, line, this.#largestKept);
    }
    let sum = ZERO_MONEY;
    let left = count;
    for (const line of this.#largest) {
      if (left === 0) break;
      if (line.symbol === without) continue;
      sum = add(sum, line.exposure);
      left -= 1;
    }
    return sum;
  }

  /** Takes what an approved order needs at its worst. */
  reserve(order: PendingOrder): void {
    const line = this.#line(order.symbol);
    this.#openOrders += 1;
    line.openOrders += 1;
    const held = heldBy(order);
    if (order.reduces) {
      line.reducing = add(line.reducing, held);
      return;
    }
    const worst = notional(order.worstPrice, held);
    line.entering = add(line.entering, held);
    this.#cash = subtract(this.#cash, add(worst, scaleBy(worst, this.#costRatio)));
    this.#net = add(this.#net, worst);
    this.#expose(line, worst);
    this.capital.take(order.strategy, worst);
    this.#listener?.(order.symbol, worst);
  }

  /** Tells one listener of every entry reserved from now on. */
  listen(listener: ExposureListener): void {
    this.#listener = listener;
  }

  #line(symbol: string): Line {
    let line = this.#lines.get(symbol);
    if (line === undefined) {
      line = {
        symbol,
        holding: undefined,
        exposure: ZERO_MONEY,
        reducing: ZERO_QUANTITY,
        entering: ZERO_QUANTITY,
        openOrders: 0,
        sector: this.#sectorLine(this.#instruments[symbol]?.sector ?? ''),
      };
      this.#lines.set(symbol, line);
    }
    return line;
  }

  #sectorLine(sector: string): SectorLine {
    let line = this.#bySector.get(sector);
    if (line === undefined) {
      line = { exposure: ZERO_MONEY };
      this.#bySector.set(sector, line);
    }
    return line;
  }

  #expose(line: Line, value: Money): void {
    if (line.exposure === 0n && value !== 0n) this.#positions += 1;
    line.exposure = add(line.exposure, value);
    this.#gross = add(this.#gross, value);
    line.sector.exposure = add(line.sector.exposure, value);
    if (this.#largest !== undefined) raise(this.#largest, line, this.#largestKept);
  }

  /** Splits a position among the strategies that bought it; what is left is the account's own. */
  #attribute(symbol: string, held: Quantity, mark: Price, holdings: StrategyHoldings): void {
    const owners = holdings[symbol];
    if (owners === undefined || held <= 0n) return;
    let left = held;
    for (const strategy of Object.keys(owners).sort()) {
      const owned = least(left, greatest(owners[strategy]!, ZERO_QUANTITY));
      left = subtract(left, owned);
      this.capital.take(strategy, notional(mark, owned));
    }
  }
}

/** Use of every capital bucket and strategy budget, positions at their marks and reservations at their worst; empty where the profile has none. */
export const capitalInUse = (
  account: AccountSnapshot,
  state: { readonly pending: Reservations; readonly strategyHoldings: StrategyHoldings },
  instruments: Readonly<Record<string, Instrument>>,
  profile: RiskProfile,
): readonly CapitalUsed[] =>
  new ExposureBook(account, state.pending, instruments, profile, state.strategyHoldings).capital.report(account.equity);
