import type { Bar } from '@tradewind/market';

import type { VenueDesk } from './venue-desk.js';

export const matchBarEvent = (desk: VenueDesk, bar: Bar): void => {
  const market = desk.marketOf(bar.symbol);
  desk.state.account.marks[bar.symbol] = bar.close;
  market.lastPrice = bar.close;
};
