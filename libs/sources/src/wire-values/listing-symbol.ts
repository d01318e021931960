import { nyseCalendar, type TradingCalendar, tsxCalendar } from '@tradewind/market';
import type { Symbol } from '@tradewind/vocabulary';

/** Where a symbol of ours is listed: `-TO` ends those of Toronto, `-V` those of the venture exchange; all others are of the United States. */
export type Market = 'US' | 'TSX' | 'TSXV';

export interface ListedSymbol {
  /** Without the market; a share class follows a dash, `BRK-B`, `RCI-B`. */
  readonly root: string;
  readonly market: Market;
}

export const listedSymbol = (symbol: Symbol): ListedSymbol => {
  const match = /^(.+)-(TO|V)$/.exec(symbol);
  return match === null ? { root: symbol, market: 'US' } : { root: match[1]!, market: match[2] === 'TO' ? 'TSX' : 'TSXV' };
};

export const marketCalendar = (market: Market): TradingCalendar => (market === 'US' ? nyseCalendar : tsxCalendar);
