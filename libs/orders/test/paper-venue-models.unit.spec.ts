import { formatDecimal, price, quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { COMMISSION_MODELS, paperVenue, SLIPPAGE_MODELS } from '../src/index.js';
import { Desk, intent } from './fixtures.js';

const entry = () => intent({ timeInForce: 'GTC', quantity: quantity('20') });
const flat = ['100', '100', '100', '100'] as const;

describe('models of the paper venue', () => {
  it('slips by the share of the bar’s volume', () => {
    const desk = new Desk({ slippageModel: 'volume-share' }).candle(...flat);
    desk.place([entry()]).candle(...flat);
    // 100 × 0.1 × (20 ÷ 1,000)² is 0.004: a tick.
    expect(desk.fills.map((fill) => formatDecimal(fill.price))).toEqual(['100.01']);
  });

  it('charges a minimum per order once, however many bars the order takes to fill', () => {
    const desk = new Desk({ commissionModel: 'ibkr-fixed', participationRatio: '0.01' }).candle(...flat);
    desk.place([entry()]).candle(...flat);
    expect(desk.fills.map(({ commission }) => formatDecimal(commission))).toEqual(['1']);
    desk.candle(...flat);
    expect(desk.fills.map(({ commission }) => formatDecimal(commission))).toEqual(['0']);
  });

  it('has one of each name that a setting may say', () => {
    for (const slippageModel of SLIPPAGE_MODELS) {
      for (const commissionModel of COMMISSION_MODELS) {
        const venue = paperVenue({ slippageModel, commissionModel, slippageRatio: '0.001', commissionRatio: '0.001', instruments: {} });
        const context = { side: 'BUY' as const, reference: price('100'), tickSize: price('0.01'), quantity: quantity('10') };
        expect(venue.slippage.slip(context) >= context.reference).toBe(true);
      }
    }
  });
});
