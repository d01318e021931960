import { quantity } from '@tradewind/vocabulary';
import type { Instrument } from '@tradewind/vocabulary';

import { noCommission, ratioCommission } from './commission.js';
import type { CommissionPolicy } from './commission.js';
import { unlimitedParticipation, volumeParticipation } from './participation.js';
import type { ParticipationPolicy } from './participation.js';
import { noSlippage, ratioSlippage } from './slippage.js';
import type { SlippagePolicy } from './slippage.js';

/** A simulated venue: bars in, fills out. */
export interface PaperVenue {
  readonly slippage: SlippagePolicy;
  readonly commission: CommissionPolicy;
  readonly participation: ParticipationPolicy;
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** Sessions without a bar, while others trade, after which a series counts as ended and its position is settled at the last close. */
  readonly seriesEndSessions: number;
}

export interface PaperVenueSettings {
  /** Decimal text, e.g. `0.001`; `0` for none. */
  readonly slippageRatio: string;
  /** Decimal text, e.g. `0.001`; `0` for none. */
  readonly commissionRatio: string;
  /** Decimal text: the most of a bar's volume that may be taken; no limit without it. */
  readonly participationRatio?: string;
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** 5 unless given. */
  readonly seriesEndSessions?: number;
}

/** What SPEC OR3 asks for unless configured: slippage 0.1%, commission 0.1%. */
export const PAPER_VENUE_DEFAULTS = { slippageRatio: '0.001', commissionRatio: '0.001', seriesEndSessions: 5 } as const;

/** The null policy stands in for a ratio of zero. Throws DecimalError on a ratio that is no decimal. */
export const paperVenue = (settings: PaperVenueSettings): PaperVenue => {
  const slippageRatio = quantity(settings.slippageRatio);
  const commissionRatio = quantity(settings.commissionRatio);
  return {
    slippage: slippageRatio === 0n ? noSlippage : ratioSlippage(slippageRatio),
    commission: commissionRatio === 0n ? noCommission : ratioCommission(commissionRatio),
    participation:
      settings.participationRatio === undefined ? unlimitedParticipation : volumeParticipation(quantity(settings.participationRatio)),
    instruments: settings.instruments,
    seriesEndSessions: settings.seriesEndSessions ?? PAPER_VENUE_DEFAULTS.seriesEndSessions,
  };
};
