import type { AccountSnapshot } from '@tradewind/portfolio';
import { absolute, add, notional, scaleBy, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Instrument, Money, Price, Quantity } from '@tradewind/vocabulary';

import type { RiskProfile } from './profile.js';
import type { PendingOrder } from './risk-state.js';

export interface Holding {
  readonly quantity: Quantity;
  readonly markPrice: Price;
}

/**
 * Cash and exposure at their worst while a step is judged: what is held at its mark, plus what every approved and unreported entry would be at its
 * worst price. An approval reserves at once, so that the next signal of the same step sees it.
 */
export class ExposureBook {
  readonly equity: Money;
  #cash: Money;
  #gross: Money = ZERO_MONEY;
  readonly #holdings = new Map<string, Holding>();
  readonly #bySymbol = new Map<string, Money>();
  readonly #bySector = new Map<string, Money>();
  readonly #reducing = new Map<string, Quantity>();
  readonly #instruments: Readonly<Record<string, Instrument>>;
  readonly #costRatio: RiskProfile['limits']['costRatio'];

  constructor(
    account: AccountSnapshot,
    pending: Readonly<Record<string, PendingOrder>>,
    instruments: Readonly<Record<string, Instrument>>,
    profile: RiskProfile,
  ) {
    this.equity = account.equity;
    this.#cash = account.cash;
    this.#instruments = instruments;
    this.#costRatio = profile.limits.costRatio;
    for (const position of account.positions) {
      this.#holdings.set(position.symbol, { quantity: position.quantity, markPrice: position.markPrice });
      this.#expose(position.symbol, absolute(position.marketValue));
    }
    for (const order of Object.values(pending)) this.reserve(order);
  }

  /** Cash that is neither spent nor reserved. */
  get cash(): Money {
    return this.#cash;
  }
  get gross(): Money {
    return this.#gross;
  }
  holding(symbol: string): Holding | undefined {
    return this.#holdings.get(symbol);
  }
  exposure(symbol: string): Money {
    return this.#bySymbol.get(symbol) ?? ZERO_MONEY;
  }
  sectorExposure(sector: string): Money {
    return this.#bySector.get(sector) ?? ZERO_MONEY;
  }
  /** What working orders will take off the position. */
  reducing(symbol: string): Quantity {
    return this.#reducing.get(symbol) ?? ZERO_QUANTITY;
  }

  reserve(order: PendingOrder): void {
    if (order.reduces) {
      this.#reducing.set(order.symbol, add(this.reducing(order.symbol), order.leaves));
      return;
    }
    const worst = notional(order.worstPrice, order.leaves);
    this.#cash = subtract(this.#cash, add(worst, scaleBy(worst, this.#costRatio)));
    this.#expose(order.symbol, worst);
  }

  #expose(symbol: string, value: Money): void {
    this.#gross = add(this.#gross, value);
    this.#bySymbol.set(symbol, add(this.exposure(symbol), value));
    const sector = this.#instruments[symbol]?.sector ?? '';
    this.#bySector.set(sector, add(this.sectorExposure(sector), value));
  }
}
