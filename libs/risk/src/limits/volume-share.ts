import { notional, quantityFromNumber, toNumber, ZERO_MONEY } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** A share of what the market trades in a bar: more moves the price against itself. An instrument with too few bars has no room. */
export const volumeShare: ExposureLimit = {
  code: 'VOLUME_SHARE',
  room: ({ instrument, worstPrice }, { market: { history }, profile: { limits } }) => {
    if (limits.volumeShare === 'off') return undefined;
    const { max, bars } = limits.volumeShare;
    const volumes = history.volumesOf(instrument.symbol, bars);
    if (volumes === undefined) return ZERO_MONEY;
    let sum = 0;
    for (let index = 0; index < volumes.length; index += 1) sum += volumes[index]!;
    const units = (sum / bars) * toNumber(max);
    return notional(worstPrice, quantityFromNumber(Math.min(units, 1e12), 6));
  },
};
