import { subtract, toNumber } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { Ratio } from '../profile.js';

const SCALE = 1_000_000_000n;

const lossOf = (base: Money, equity: Money): Money => subtract(base, equity);

/** The loss since `base` is at least this share of it; exact. */
export const reaches = (base: Money, equity: Money, limit: Ratio): boolean => base > 0n && lossOf(base, equity) * SCALE >= base * limit;

/** The loss since `base` is at most this share of it; exact. */
export const recovered = (base: Money, equity: Money, rearm: Ratio): boolean => lossOf(base, equity) * SCALE <= base * rearm;

/** Loss as a fraction of the base, for the record; 0 while there is no base. */
export const lossShare = (base: Money, equity: Money): number => (base <= 0n ? 0 : toNumber(lossOf(base, equity)) / toNumber(base));
