import type { Price } from '@tradewind/vocabulary';

import type { CivilDate } from '../calendar/civil-date.js';

/** From the ex-date on there are `ratio` new shares for each old one: 4 for a four-for-one split, 0.1 for a reverse split of ten to one. */
export interface Split {
  readonly kind: 'split';
  readonly exDate: CivilDate;
  readonly ratio: number;
}

/** Who buys on the ex-date or later does not get it. */
export interface Dividend {
  readonly kind: 'dividend';
  readonly exDate: CivilDate;
  /** Cash for each share held before the ex-date, unadjusted; before the split, when one shares the date. */
  readonly amount: Price;
}

export type CorporateAction = Split | Dividend;
