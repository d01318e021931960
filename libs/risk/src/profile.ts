import type { Decimal, Money } from '@tradewind/vocabulary';

/** Exact fraction, e.g. 0.02 for two percent. */
export type Ratio = Decimal;

export interface EpisodeLimit {
  readonly limit: Ratio;
  /** The measure has to fall to this before the breaker can fire again, and before its effect ends. */
  readonly rearm: Ratio;
}

/** The limits of an account. Fractions are of equity unless said otherwise. */
export interface RiskProfile {
  readonly name: 'demo' | 'paper' | 'live';
  readonly limits: {
    readonly positionMax: Ratio;
    readonly sectorMax: Ratio;
    readonly grossMax: Ratio;
    /** Cash that entries may not touch. */
    readonly cashReserve: Ratio;
    /** 1 for a cash account. */
    readonly buyingPowerMultiple: Ratio;
    readonly tradesPerDayMax: number;
    /** How far from the reference price an order may execute; entries are sent as limit orders at this distance. */
    readonly priceCollar: Ratio;
    /** Commission and slippage to set aside, as a fraction of notional. */
    readonly costRatio: Ratio;
    readonly orderNotionalMax: Money;
    readonly orderNotionalMin: Money;
    readonly dataAgeMaxSeconds: number;
  };
  readonly sizing: {
    readonly kellyFraction: Ratio;
    /** Annual volatility that one position may bring at full size. */
    readonly volatilityTarget: Ratio;
    /** An entry is only added to when it is smaller than its target by this fraction of the target. */
    readonly rebalanceBand: Ratio;
    readonly stopAtrMultiple: Ratio;
  };
  readonly breakers: {
    readonly drawdownReduce: EpisodeLimit;
    readonly drawdownClose: EpisodeLimit;
    readonly dailyLoss: { readonly limit: Ratio };
    readonly weeklyLoss: { readonly limit: Ratio };
  };
  readonly killSwitch: { readonly closePositions: boolean };
  /** Only where no operator can sit beside the run; refused in the live profile. */
  readonly autoResume?: { readonly afterSessions: number };
}

export class RiskProfileError extends Error {
  override readonly name = 'RiskProfileError';
  readonly code = 'PROFILE_INVALID';
  constructor(readonly faults: readonly string[]) {
    super(`the risk profile has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}
