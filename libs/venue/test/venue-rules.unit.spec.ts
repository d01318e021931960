import type { Bar, OrderEvent } from '@tradewind/market';
import { formatDecimal, money, price, quantity, stateText } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { borrowList, exponentialLatency, fixedLatency, ratioCommission, SimulatedVenue, volumeParticipation } from '../src/index.js';
import type { SimulatedVenueSettings, VenueReport } from '../src/index.js';
import { AAPL, after, bookOf, MSFT, openVenue, orderOf, quoteOf, settingsOf, START, tradeOf } from './fixtures.js';

const brief = (reports: readonly VenueReport[]): readonly string[] =>
  reports.map((report) => {
    if (report.type === 'FILLED') return `${report.side} ${formatDecimal(report.quantity)}@${formatDecimal(report.price)}`;
    return report.type === 'CANCELED' ? `CANCELED ${report.reason}` : report.type;
  });
const DAY = 86_400_000;
const day = (days: number) => after(days * DAY);
const cash = (unsettled: 'REFUSE' | 'GOOD_FAITH'): Partial<SimulatedVenueSettings> => ({
  account: { venueAccount: 'C', currency: 'USD', openingCash: money('10000'), kind: 'CASH', unsettled },
});

describe('depth', () => {
  it('walks the levels, each at its own price, and offers what was taken only when more is shown', () => {
    const venue = openVenue();
    venue.onTick(
      bookOf(
        START,
        [['99', '10']],
        [
          ['100', '30'],
          ['100.01', '40'],
          ['100.05', '500'],
        ],
      ),
    );
    expect(brief(venue.submit(orderOf({ quantity: '100', limit: '100.02' }), after(1)).reports)).toEqual([
      'ACCEPTED',
      'BUY 30@100',
      'BUY 40@100.01',
    ]);
    expect(brief(venue.submit(orderOf({ quantity: '10', timeInForce: 'IOC' }), after(2)).reports)).toEqual(['ACCEPTED', 'BUY 10@100.05']);
    const delta = { kind: 'book-delta' as const, symbol: AAPL, at: after(3), sequence: 2, previousSequence: 1 };
    const shown = venue.onTick({ ...delta, changes: [{ side: 'ASK', price: price('100'), quantity: quantity('35') }] });
    expect(brief(shown)).toEqual(['BUY 5@100.02']);
  });
  it('offers nothing from a book that lost a delta until a snapshot comes', () => {
    const venue = openVenue();
    venue.onTick(bookOf(START, [['99', '10']], [['100', '30']]));
    venue.onTick({ kind: 'book-delta', symbol: AAPL, at: after(1), sequence: 5, previousSequence: 4, changes: [] });
    expect(brief(venue.submit(orderOf({ quantity: '10' }), after(2)).reports)).toEqual(['ACCEPTED']);
    expect(brief(venue.onTick(bookOf(after(3), [['99', '10']], [['100', '30']])))).toEqual(['BUY 10@100']);
  });
});

describe('time in force', () => {
  it('IOC takes what there is and cancels the rest; FOK takes all or nothing', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '99', '50', '100', '60'));
    expect(brief(venue.submit(orderOf({ timeInForce: 'FOK', limit: '100' }), after(1)).reports)).toEqual([
      'ACCEPTED',
      'CANCELED NOT_FILLED_AT_ONCE',
    ]);
    expect(brief(venue.submit(orderOf({ timeInForce: 'IOC', limit: '100' }), after(2)).reports)).toEqual([
      'ACCEPTED',
      'BUY 60@100',
      'CANCELED NOT_FILLED_AT_ONCE',
    ]);
  });
  it('auctions fill at one price, DAY ends with the session, GTC goes on', () => {
    const venue = openVenue({ phase: 'CLOSED' });
    const opening = orderOf({ timeInForce: 'OPG' });
    const closing = orderOf({ timeInForce: 'CLS', side: 'SELL', limit: '101' });
    const missed = orderOf({ timeInForce: 'CLS', limit: '90' });
    for (const order of [opening, closing, missed, orderOf({ limit: '80' }), orderOf({ limit: '80', timeInForce: 'GTC' })])
      expect(brief(venue.submit(order, START).reports)).toEqual(['ACCEPTED']);
    expect(brief(venue.onSession('REGULAR', after(1), { AAPL: price('100') }))).toEqual(['BUY 100@100']);
    expect(brief(venue.onSession('CLOSED', after(2), { AAPL: price('102') }))).toEqual(['SELL 100@102', 'EXPIRED', 'EXPIRED']);
    expect(venue.snapshot(after(3), after(3)).orders).toHaveLength(1);
    expect(venue.submit(orderOf({ timeInForce: 'IOC' }), after(4))).toMatchObject({ status: 'REFUSED', code: 'MARKET_CLOSED' });
  });
  it('opens at the first trade when nobody tells the auction’s price', () => {
    const venue = openVenue({ phase: 'CLOSED' });
    venue.submit(orderOf({ timeInForce: 'OPG' }), START);
    venue.onSession('REGULAR', after(1));
    expect(brief(venue.onTick(tradeOf(after(2), '100.5', '10')))).toEqual(['BUY 100@100.5']);
  });
  it('works outside the regular session only for limit orders that ask for it', () => {
    const venue = openVenue({ phase: 'EXTENDED' });
    venue.onTick(quoteOf(START, '99', '500', '100', '500'));
    expect(brief(venue.submit(orderOf({ limit: '100' }), after(1)).reports)).toEqual(['ACCEPTED']);
    expect(brief(venue.submit(orderOf({ limit: '100', extendedHours: true }), after(2)).reports)).toEqual(['ACCEPTED', 'BUY 100@100']);
    expect(venue.submit(orderOf({ extendedHours: true }), after(3))).toMatchObject({ status: 'REFUSED', code: 'UNSUPPORTED' });
    expect(brief(venue.onSession('REGULAR', after(4)))).toEqual(['BUY 100@100']);
  });
});

describe('stops', () => {
  it('a trailing stop follows the bid up and never down', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '100', '500', '100.1', '500'));
    venue.submit(orderOf(), after(1));
    const stop = orderOf({ side: 'SELL', type: 'TRAILING_STOP', trail: { by: 'RATIO', value: quantity('0.02') } });
    venue.submit(stop, after(2));
    venue.onTick(quoteOf(after(3), '110', '500', '110.1', '500'));
    venue.onTick(quoteOf(after(4), '108', '500', '108.1', '500'));
    expect(venue.find(stop.clientOrderId)).toMatchObject({ stopPrice: price('107.8') });
    expect(brief(venue.onTick(quoteOf(after(5), '107.8', '500', '108', '500')))).toEqual(['TRIGGERED', 'SELL 100@107.8']);
  });
  it('a stop limit does not fill beyond its limit', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '100', '500', '100.1', '500'));
    venue.submit(orderOf(), after(1));
    venue.submit(orderOf({ side: 'SELL', stop: '99', limit: '98.9' }), after(2));
    expect(brief(venue.onTick(quoteOf(after(3), '97', '500', '97.1', '500')))).toEqual(['TRIGGERED']);
    expect(brief(venue.onTick(quoteOf(after(4), '98.95', '500', '99', '500')))).toEqual(['SELL 100@98.9']);
  });
});

describe('one cancels other', () => {
  it('a partial fill reduces the others by as much, a whole one ends them', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '100', '500', '100.1', '500'));
    venue.submit(orderOf(), after(1));
    const target = orderOf({ side: 'SELL', limit: '105', ocoGroup: 'exit', timeInForce: 'GTC' });
    const stop = orderOf({ side: 'SELL', stop: '95', ocoGroup: 'exit', timeInForce: 'GTC' });
    venue.submit(target, after(2));
    expect(venue.submit(stop, after(3)).status).toBe('TAKEN');
    expect(brief(venue.onTick(quoteOf(after(4), '105', '40', '105.1', '9')))).toEqual(['SELL 40@105', 'UPDATED']);
    expect(venue.find(stop.clientOrderId)).toMatchObject({ quantity: quantity('60') });
    expect(brief(venue.onTick(quoteOf(after(5), '94', '500', '94.1', '9')))).toEqual([
      'TRIGGERED',
      'SELL 60@94',
      'CANCELED ONE_CANCELS_OTHER',
    ]);
    expect(venue.snapshot(START, after(6)).positions).toEqual([]);
  });
});

describe('halts', () => {
  it('hold orders until the symbol resumes, and let them be cancelled', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '99', '500', '100', '500'));
    venue.onHalt({ symbol: AAPL, at: after(1) });
    const held = orderOf();
    expect(brief(venue.submit(held, after(2)).reports)).toEqual(['ACCEPTED']);
    const other = orderOf({ limit: '100' });
    venue.submit(other, after(3));
    expect(brief(venue.cancel({ clientOrderId: other.clientOrderId }, after(4)).reports)).toEqual(['CANCELED REQUESTED']);
    expect(brief(venue.onTick(quoteOf(after(5), '99', '500', '101', '500')))).toEqual([]);
    expect(brief(venue.onResume({ symbol: AAPL, at: after(6) }))).toEqual(['BUY 100@101']);
  });
  it('refuse orders where the policy says so', () => {
    const venue = openVenue({ policies: { halts: 'REJECT' } });
    venue.onHalt({ symbol: AAPL, at: START });
    expect(venue.submit(orderOf(), after(1))).toMatchObject({ status: 'REFUSED', code: 'HALTED' });
  });
});

describe('latency', () => {
  it('a request works when it arrives, and what fills meanwhile has filled', () => {
    const venue = openVenue({ policies: { latency: fixedLatency({ baseMs: 10, cancelMs: 20 }) } });
    venue.onTick(quoteOf(START, '99', '500', '100', '500'));
    const order = orderOf({ limit: '99.5' });
    expect(venue.submit(order, after(1)).reports).toEqual([]);
    expect(venue.nextArrival).toBe(after(11));
    expect(venue.advance(after(10))).toEqual([]);
    const accepted = venue.advance(after(12));
    expect(accepted).toMatchObject([{ type: 'ACCEPTED', at: after(11) }]);
    expect(venue.cancel({ clientOrderId: order.clientOrderId }, after(13)).reports).toEqual([]);
    expect(brief(venue.onTick(quoteOf(after(20), '98', '9', '99.5', '500')))).toEqual(['BUY 100@99.5']);
    expect(venue.advance(after(50))).toMatchObject([{ type: 'CANCEL_REJECTED', code: 'TOO_LATE', at: after(43) }]);
  });
  it('draws its delays from the seed alone', () => {
    const run = (seed: number): string => {
      const venue = openVenue({ seed, policies: { latency: exponentialLatency({ baseMs: 1, meanMs: 5 }) } });
      return stateText(
        [1, 2, 3].map((at) => (venue.submit(orderOf({ limit: '90', clientOrderId: `L-${at}` }), after(at)), venue.nextArrival)),
      );
    };
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
  });
});

describe('the account', () => {
  it('refuses what costs more than it may spend, open orders counted', () => {
    const venue = openVenue(cash('REFUSE'));
    venue.onTick(quoteOf(START, '99', '500', '100', '500'));
    expect(venue.submit(orderOf({ quantity: '60', limit: '99' }), after(1)).status).toBe('TAKEN');
    expect(venue.submit(orderOf({ quantity: '42', limit: '99' }), after(2))).toMatchObject({ status: 'REFUSED', code: 'BUYING_POWER' });
    expect(venue.submit(orderOf({ quantity: '1', side: 'SELL' }), after(3))).toMatchObject({
      status: 'REFUSED',
      code: 'POSITION_INSUFFICIENT',
    });
  });
  it('pays commission out of the same money: a fill is cut to what is left', () => {
    const venue = openVenue({ ...cash('REFUSE'), policies: { commission: ratioCommission(quantity('0.01')) } });
    venue.onTick(quoteOf(START, '99', '500', '100', '500'));
    const answer = venue.submit(orderOf({ quantity: '100' }), after(1));
    expect(brief(answer.reports)).toEqual(['ACCEPTED', 'BUY 99@100', 'CANCELED BUYING_POWER']);
    expect(formatDecimal(venue.snapshot(START, after(2)).cash['USD']!)).toBe('1');
  });
  it('settles a sale on the next business day, and lets it buy only then', () => {
    const venue = openVenue(cash('REFUSE'));
    venue.onTick(quoteOf(START, '100', '500', '100', '500'));
    venue.submit(orderOf({ quantity: '100' }), after(1));
    venue.submit(orderOf({ quantity: '100', side: 'SELL' }), after(2));
    expect(venue.snapshot(START, after(3)).settledCash).toBe(money('10000'));
    expect(venue.submit(orderOf({ quantity: '10', limit: '100' }), after(4))).toMatchObject({ status: 'REFUSED', code: 'BUYING_POWER' });
    expect(venue.submit(orderOf({ quantity: '10', limit: '100' }), day(1)).status).toBe('TAKEN');
  });
  it('lets unsettled money buy in good faith, until three violations have used that up', () => {
    const venue = openVenue(cash('GOOD_FAITH'));
    venue.onTick(quoteOf(START, '100', '50000', '100', '50000'));
    venue.submit(orderOf({ quantity: '100' }), after(1));
    venue.submit(orderOf({ quantity: '100', side: 'SELL' }), after(2));
    for (const round of [0, 1, 2]) {
      expect(venue.submit(orderOf({ quantity: '100', limit: '100' }), after(10 + round)).status).toBe('TAKEN');
      venue.submit(orderOf({ quantity: '100', side: 'SELL' }), after(20 + round));
    }
    expect(venue.submit(orderOf({ quantity: '100', limit: '100' }), after(30))).toMatchObject({ status: 'REFUSED', code: 'BUYING_POWER' });
  });
  it('shorts what can be borrowed, pays for it, and no more than is located', () => {
    const borrow = borrowList({ AAPL: { status: 'HARD', located: quantity('50'), yearlyRate: 0.36 } });
    const venue = openVenue({ policies: { borrow } });
    venue.onTick(quoteOf(START, '100', '500', '100.1', '500'));
    expect(venue.submit(orderOf({ side: 'SELL', quantity: '51' }), after(1))).toMatchObject({ status: 'REFUSED', code: 'NOT_SHORTABLE' });
    expect(venue.submit(orderOf({ side: 'SELL', quantity: '50' }), after(2)).status).toBe('TAKEN');
    expect(venue.submit({ ...orderOf({ side: 'SELL', quantity: '1' }), symbol: MSFT }, after(3))).toMatchObject({ code: 'NOT_SHORTABLE' });
    venue.onSession('CLOSED', after(4));
    // 5,000 × 36% ÷ 360.
    expect(venue.snapshot(START, after(5)).activities).toMatchObject([{ kind: 'BORROW', amount: money('-5') }]);
    venue.onSession('REGULAR', day(4));
    venue.onSession('CLOSED', day(4.2));
    // Friday: until Monday.
    expect(venue.snapshot(day(4), day(4.3)).activities).toMatchObject([{ kind: 'BORROW', amount: money('-15') }]);
  });
});

describe('bars, where no tick is known', () => {
  const bar = (index: number, candle: readonly [string, string, string, string]): Bar => ({
    id: `bar/AAPL/1m/${index}`,
    symbol: AAPL,
    interval: '1m',
    openTime: after(index * 60_000),
    closeTime: after((index + 1) * 60_000),
    open: price(candle[0]),
    high: price(candle[1]),
    low: price(candle[2]),
    close: price(candle[3]),
    volume: quantity('1000'),
    source: 'test',
    warmUp: false,
  });
  it('fill at the open, at a stop within, and at a limit that price went through', () => {
    const venue = openVenue();
    venue.submit(orderOf({ timeInForce: 'GTC' }), START);
    expect(brief(venue.onBar(bar(0, ['100', '101', '99', '100'])))).toEqual(['BUY 100@100']);
    venue.submit(orderOf({ side: 'SELL', stop: '98', timeInForce: 'GTC' }), after(61_000));
    venue.submit(orderOf({ limit: '97.5', timeInForce: 'GTC' }), after(61_000));
    expect(brief(venue.onBar(bar(1, ['99', '99', '97', '98'])))).toEqual(['TRIGGERED', 'SELL 100@98', 'BUY 100@97.5']);
  });
  it('take no more than their share of the volume', () => {
    const venue = openVenue({ policies: { participation: volumeParticipation(quantity('0.025')) } });
    venue.submit(orderOf({ timeInForce: 'GTC' }), START);
    expect(brief(venue.onBar(bar(0, ['100', '101', '99', '100'])))).toEqual(['BUY 25@100']);
    expect(brief(venue.onBar(bar(1, ['100', '101', '99', '100'])))).toEqual(['BUY 25@100']);
  });
  it('only mark the position once ticks were seen', () => {
    const venue = openVenue();
    venue.onTick(tradeOf(START, '100', '1'));
    venue.submit(orderOf({ limit: '90' }), after(1));
    expect(venue.onBar(bar(0, ['80', '80', '80', '80']))).toEqual([]);
  });
});

describe('the full book', () => {
  const scale = { priceDigits: 2, quantityDigits: 0 };
  const event = (rest: Record<string, unknown>): OrderEvent => ({ at: after(1), sequence: 0, ...rest }) as OrderEvent;
  const add = (id: number, size: number): OrderEvent => event({ kind: 'ADD', id, side: 'BID', price: 9_900, quantity: size });
  it('serves our order exactly when those before it are gone, also over a restart', () => {
    let venue = openVenue();
    venue.onOrderEvent(AAPL, add(1, 30), scale);
    venue.onOrderEvent(AAPL, add(2, 20), scale);
    const order = orderOf({ limit: '99', quantity: '10' });
    venue.submit(order, after(2));
    venue.onOrderEvent(AAPL, add(3, 50), scale);
    expect(Object.values(venue.save().orders)[0]?.place?.ahead).toBe(quantity('50'));
    venue.onOrderEvent(AAPL, event({ kind: 'DELETE', id: 2 }), scale);
    expect(Object.values(venue.save().orders)[0]?.place?.ahead).toBe(quantity('30'));
    venue = SimulatedVenue.load(venue.save(), settingsOf());
    expect(venue.onOrderEvent(AAPL, event({ kind: 'EXECUTE', id: 1, quantity: 30 }), scale)).toEqual([]);
    expect(brief(venue.onOrderEvent(AAPL, event({ kind: 'EXECUTE', id: 3, quantity: 4 }), scale))).toEqual(['BUY 4@99']);
    expect(brief(venue.onOrderEvent(AAPL, event({ kind: 'EXECUTE', id: 3, quantity: 40 }), scale))).toEqual(['BUY 6@99']);
  });
});
