import { type Instrument, price, quantity, type Symbol } from '@tradewind/vocabulary';

import { AAPL, HARD, MSFT } from './scene.js';

const instrument = (symbol: Symbol, shortable: boolean): Instrument => ({
  symbol,
  name: symbol,
  assetClass: 'STOCK',
  category: 'CORE',
  sector: 'Technology',
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: true,
  shortable,
});

/** The instruments of the scene, for a venue that is a simulated one behind its wire. */
export const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  AAPL: instrument(AAPL, true),
  MSFT: instrument(MSFT, true),
  HARD: instrument(HARD, false),
};
