import {
  alpacaCommission,
  almgrenSlippage,
  cancelsProportional,
  exponentialLatency,
  fixedLatency,
  halfSpreadSlippage,
  ibkrFixedCommission,
  ibkrTieredCommission,
  noCommission,
  noSlippage,
  ratioCommission,
  ratioSlippage,
  squareRootSlippage,
  uniformAt,
  unlimitedParticipation,
  volumeParticipation,
  volumeShareSlippage,
} from '@tradewind/venue';
import type { CommissionPolicy, ParticipationPolicy, QueueModel, SlippagePolicy } from '@tradewind/venue';
import { quantity } from '@tradewind/vocabulary';
import type { Instrument, Quantity } from '@tradewind/vocabulary';

/** A simulated venue: bars and ticks in, fills out. Its models are those of `@tradewind/venue`. */
export interface PaperVenue {
  readonly slippage: SlippagePolicy;
  readonly commission: CommissionPolicy;
  readonly participation: ParticipationPolicy;
  /** Where ticks are matched: how cancellations move the queue. */
  readonly queue: QueueModel;
  /** Where ticks are matched: nanoseconds from a decision until its order is at the venue, by the order's placement; none without it. */
  readonly latency?: { delay(placement: number): bigint };
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** Sessions without a bar, while others trade, after which a series counts as ended and its position is settled at the last close. */
  readonly seriesEndSessions: number;
}

export const SLIPPAGE_MODELS = ['none', 'ratio', 'half-spread', 'volume-share', 'square-root', 'almgren'] as const;
export const COMMISSION_MODELS = ['none', 'ratio', 'alpaca', 'ibkr-fixed', 'ibkr-tiered'] as const;
export type SlippageModel = (typeof SLIPPAGE_MODELS)[number];
export type CommissionModel = (typeof COMMISSION_MODELS)[number];

/** Milliseconds from a decision to the venue: a fixed time, and a delay on top drawn for each order from an exponential distribution of this mean. */
export interface OrderLatency {
  readonly fixedMs: number;
  readonly meanMs: number;
  readonly seed: number;
}

export interface PaperVenueSettings {
  /** `ratio` unless given. */
  readonly slippageModel?: SlippageModel;
  /** Of the model `ratio`. Decimal text, e.g. `0.001`; `0` for none. */
  readonly slippageRatio: string;
  /** `ratio` unless given. */
  readonly commissionModel?: CommissionModel;
  /** Of the model `ratio`. Decimal text, e.g. `0.001`; `0` for none. */
  readonly commissionRatio: string;
  /** Decimal text: the most of a bar's volume that may be taken; no limit without it. */
  readonly participationRatio?: string;
  readonly latency?: OrderLatency;
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** 5 unless given. */
  readonly seriesEndSessions?: number;
}

/** What SPEC OR3 asks for unless configured: slippage 0.1%, commission 0.1%. */
export const PAPER_VENUE_DEFAULTS = { slippageRatio: '0.001', commissionRatio: '0.001', seriesEndSessions: 5 } as const;

const SLIPPAGE: Readonly<Record<SlippageModel, (ratio: Quantity) => SlippagePolicy>> = {
  none: () => noSlippage,
  ratio: (ratio) => (ratio === 0n ? noSlippage : ratioSlippage(ratio)),
  'half-spread': () => halfSpreadSlippage,
  'volume-share': () => volumeShareSlippage(),
  'square-root': () => squareRootSlippage(),
  almgren: () => almgrenSlippage(),
};

const COMMISSION: Readonly<Record<CommissionModel, (ratio: Quantity) => CommissionPolicy>> = {
  none: () => noCommission,
  ratio: (ratio) => (ratio === 0n ? noCommission : ratioCommission(ratio)),
  alpaca: () => alpacaCommission,
  'ibkr-fixed': () => ibkrFixedCommission,
  'ibkr-tiered': () => ibkrTieredCommission(),
};

const latencyOf = ({ fixedMs, meanMs, seed }: OrderLatency): PaperVenue['latency'] => {
  if (fixedMs === 0 && meanMs === 0) return undefined;
  const model = meanMs === 0 ? fixedLatency({ baseMs: fixedMs }) : exponentialLatency({ baseMs: fixedMs, meanMs });
  return { delay: (placement) => model.delay('INSERT', uniformAt(seed, placement)) };
};

/** The null policy stands in for a ratio of zero. Throws DecimalError on a ratio that is no decimal, RangeError on a latency below zero. */
export const paperVenue = (settings: PaperVenueSettings): PaperVenue => {
  const latency = settings.latency === undefined ? undefined : latencyOf(settings.latency);
  return {
    slippage: SLIPPAGE[settings.slippageModel ?? 'ratio'](quantity(settings.slippageRatio)),
    commission: COMMISSION[settings.commissionModel ?? 'ratio'](quantity(settings.commissionRatio)),
    participation:
      settings.participationRatio === undefined ? unlimitedParticipation : volumeParticipation(quantity(settings.participationRatio)),
    queue: cancelsProportional,
    instruments: settings.instruments,
    seriesEndSessions: settings.seriesEndSessions ?? PAPER_VENUE_DEFAULTS.seriesEndSessions,
    ...(latency === undefined ? {} : { latency }),
  };
};
