import type { Instrument, Money } from '@tradewind/vocabulary';

import type { DenyCode } from '../deny-codes.js';
import type { ExposureBook } from '../exposure-book.js';
import type { RiskProfile } from '../profile.js';

/** A limit that an entry is cut down to; when not one lot is left, its code is the refusal. */
export interface ExposureLimit {
  readonly code: DenyCode;
  /** Notional at the worst price that may still be added; may be below zero. */
  room(instrument: Instrument, book: ExposureBook, profile: RiskProfile): Money;
}
