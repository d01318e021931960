import type { AccountSnapshot } from '@tradewind/portfolio';
import { correlationShift, multipleRegression, sampleDeviation } from '@tradewind/statistics';
import type { CorrelationShift } from '@tradewind/statistics';
import { absolute, toNumber } from '@tradewind/vocabulary';
import type { Instrument } from '@tradewind/vocabulary';

import type { ReturnHistory } from '../history.js';
import { factorReturns } from './factor-returns.js';
import type { Factor } from './factor-returns.js';

/** With less than this share of the exposure known for so many bars, an estimate would be a guess. */
const COVERED_SHARE_MIN = 0.5;

/** Beta of equity against each factor, all at once. */
export type FactorExposures = Readonly<Partial<Record<Factor, number>>>;

interface Weight {
  readonly symbol: string;
  /** Signed market value over equity. */
  readonly weight: number;
}

/** Answers that were worked out once; the window is part of the question. */
class Answers<T> {
  readonly #known = new Map<string, T>();

  of(question: string, workOut: () => T): T {
    if (!this.#known.has(question)) this.#known.set(question, workOut());
    return this.#known.get(question)!;
  }
}

/**
 * What an account risks, estimated from the returns that its present positions would have had. Lazy: nothing is worked out that nobody asks. All answers are
 * fractions of equity, and undefined when too little is known; an account without positions risks nothing.
 */
export class PortfolioRisk {
  readonly #weights: readonly Weight[];
  readonly #returns = new Answers<Float64Array | undefined>();
  readonly #shifts = new Answers<CorrelationShift | undefined>();
  readonly #betas = new Answers<FactorExposures | undefined>();

  constructor(
    readonly account: AccountSnapshot,
    private readonly history: ReturnHistory,
    private readonly instruments: Readonly<Record<string, Instrument>>,
  ) {
    const equity = toNumber(account.equity);
    this.#weights =
      equity > 0
        ? account.positions
            .filter(({ quantity }) => quantity !== 0n)
            .map(({ symbol, marketValue }) => ({ symbol, weight: toNumber(marketValue) / equity }))
        : [];
  }

  /** There is equity to measure against. */
  get isMeasurable(): boolean {
    return this.account.equity > 0n;
  }

  /** Long and short together. */
  get gross(): number {
    return this.#weights.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  }

  /** Exposure by sector, long and short together; sectors by name. */
  get sectors(): ReadonlyMap<string, number> {
    const sectors = new Map<string, number>();
    for (const { symbol, weight } of this.#weights) {
      const sector = this.sectorOf(symbol);
      sectors.set(sector, (sectors.get(sector) ?? 0) + Math.abs(weight));
    }
    return new Map([...sectors].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** What is known of no instrument is a sector of its own. */
  sectorOf(symbol: string): string {
    return this.instruments[symbol]?.sector ?? '';
  }

  /** The last `bars` returns of the present positions. Positions whose bars are fewer are taken to move like the others, if they are the smaller part. */
  returns(bars: number): Float64Array | undefined {
    return this.#returns.of(String(bars), () => this.#weighted(bars));
  }

  /** Volatility of one bar over the last `bars`, of one instrument. */
  deviationOf(symbol: string, bars: number): number | undefined {
    const returns = this.history.returnsOf(symbol, bars);
    return returns === undefined ? undefined : sampleDeviation(returns);
  }

  /** Volatility of the latest bars over that of the bars before them. */
  volatilityRatio(shortBars: number, longBars: number): number | undefined {
    const returns = this.returns(shortBars + longBars);
    if (returns === undefined) return undefined;
    const before = sampleDeviation(returns.subarray(0, longBars));
    return before > 0 ? sampleDeviation(returns.subarray(longBars)) / before : undefined;
  }

  /** Did the correlations between the positions change? Positions with fewer bars are left out. */
  correlationShift(shortBars: number, longBars: number): CorrelationShift | undefined {
    return this.#shifts.of(`${shortBars}/${longBars}`, () => {
      const known = this.#weights
        .map(({ symbol }) => this.history.returnsOf(symbol, shortBars + longBars))
        .filter((series) => series !== undefined);
      return correlationShift(
        known.map((series) => series.subarray(0, longBars)),
        known.map((series) => series.subarray(longBars)),
      );
    });
  }

  /** Betas by least squares over the last `bars`. */
  factorExposures(bars: number): FactorExposures | undefined {
    return this.#betas.of(String(bars), () => {
      const returns = this.returns(bars);
      const factors = returns === undefined ? undefined : factorReturns(this.history, bars);
      if (returns === undefined || factors === undefined || bars <= factors.size + 1) return undefined;
      const { slopes } = multipleRegression(returns, [...factors.values()]);
      return Object.fromEntries([...factors.keys()].map((factor, index) => [factor, slopes[index]!]));
    });
  }

  /** Market value by symbol, without sign, in units of money. */
  get exposures(): readonly { readonly symbol: string; readonly value: number }[] {
    return this.account.positions.map(({ symbol, marketValue }) => ({ symbol, value: toNumber(absolute(marketValue)) }));
  }

  #weighted(bars: number): Float64Array | undefined {
    if (!this.isMeasurable) return undefined;
    const sums = new Float64Array(bars);
    let covered = 0;
    for (const { symbol, weight } of this.#weights) {
      const returns = this.history.returnsOf(symbol, bars);
      if (returns === undefined) continue;
      covered += Math.abs(weight);
      for (let index = 0; index < bars; index += 1) sums[index] = sums[index]! + weight * returns[index]!;
    }
    const { gross } = this;
    if (gross === 0) return sums;
    if (covered < gross * COVERED_SHARE_MIN) return undefined;
    if (covered < gross) for (let index = 0; index < bars; index += 1) sums[index] = (sums[index]! * gross) / covered;
    return sums;
  }
}
