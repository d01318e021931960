import {
  alpacaCommission,
  almgrenSlippage,
  cancelsProportional,
  halfSpreadSlippage,
  ibkrFixedCommission,
  ibkrTieredCommission,
  noCommission,
  noSlippage,
  ratioCommission,
  ratioSlippage,
  squareRootSlippage,
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
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** Sessions without a bar, while others trade, after which a series counts as ended and its position is settled at the last close. */
  readonly seriesEndSessions: number;
}

export const SLIPPAGE_MODELS = ['none', 'ratio', 'half-spread', 'volume-share', 'square-root', 'almgren'] as const;
export const COMMISSION_MODELS = ['none', 'ratio', 'alpaca', 'ibkr-fixed', 'ibkr-tiered'] as const;
export type SlippageModel = (typeof SLIPPAGE_MODELS)[number];
export type CommissionModel = (typeof COMMISSION_MODELS)[number];

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

/** The null policy stands in for a ratio of zero. Throws DecimalError on a ratio that is no decimal. */
export const paperVenue = (settings: PaperVenueSettings): PaperVenue => ({
  slippage: SLIPPAGE[settings.slippageModel ?? 'ratio'](quantity(settings.slippageRatio)),
  commission: COMMISSION[settings.commissionModel ?? 'ratio'](quantity(settings.commissionRatio)),
  participation:
    settings.participationRatio === undefined ? unlimitedParticipation : volumeParticipation(quantity(settings.participationRatio)),
  queue: cancelsProportional,
  instruments: settings.instruments,
  seriesEndSessions: settings.seriesEndSessions ?? PAPER_VENUE_DEFAULTS.seriesEndSessions,
});
