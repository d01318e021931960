import type { Money } from '@tradewind/vocabulary';

import type { EntryTerms, SignalContext } from '../checks/check.js';
import type { DenyCode } from '../deny-codes.js';

/** A limit that an entry is cut down to; when not one lot is left, its code is the refusal. */
export interface ExposureLimit {
  readonly code: DenyCode;
  /** Notional at the worst price that may still be added; may be below zero. Undefined when the profile has no such limit. */
  room(entry: EntryTerms, context: SignalContext): Money | undefined;
}
