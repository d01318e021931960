import { formatDecimal, price, quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import type { VenueReport } from '../src/index.js';
import { after, bookOf, openVenue, orderOf, quoteOf, START, tradeOf } from './fixtures.js';

/** Reports in short: type, and of a fill quantity at price. */
const brief = (reports: readonly VenueReport[]): readonly string[] =>
  reports.map((report) =>
    report.type === 'FILLED' ? `FILLED ${formatDecimal(report.quantity)}@${formatDecimal(report.price)}` : report.type,
  );

describe('orders against quotes', () => {
  it('fills a market order at the ask and takes the rest when more is shown', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '99.99', '200', '100', '60'));
    const answer = venue.submit(orderOf({ quantity: '100' }), after(1));
    expect(answer.status).toBe('TAKEN');
    expect(brief(answer.reports)).toEqual(['ACCEPTED', 'FILLED 60@100']);
    expect(venue.onTick(quoteOf(after(2), '99.99', '200', '100', '60'))).toEqual([]);
    expect(brief(venue.onTick(quoteOf(after(3), '99.99', '200', '100.01', '500')))).toEqual(['FILLED 40@100.01']);
    expect(venue.snapshot(START, after(4)).positions).toMatchObject([{ quantity: quantity('100'), averagePrice: price('100.004') }]);
  });

  it('rests a limit order and fills it when the quote crosses it, at its own price', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '99.9', '200', '100', '60'));
    expect(brief(venue.submit(orderOf({ limit: '99.95' }), after(1)).reports)).toEqual(['ACCEPTED']);
    expect(brief(venue.onTick(quoteOf(after(2), '99.8', '10', '99.9', '30')))).toEqual(['FILLED 30@99.95']);
    expect(brief(venue.onTick(quoteOf(after(3), '99.8', '10', '99.85', '500')))).toEqual(['FILLED 70@99.95']);
  });

  it('serves those ahead in the queue first', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '99.9', '200', '100', '60'));
    venue.submit(orderOf({ limit: '99.9' }), after(1));
    expect(venue.onTick(tradeOf(after(2), '99.9', '150', 'SELLER'))).toEqual([]);
    expect(brief(venue.onTick(tradeOf(after(3), '99.9', '80', 'SELLER')))).toEqual(['FILLED 30@99.9']);
    expect(venue.onTick(tradeOf(after(4), '99.9', '80', 'BUYER'))).toEqual([]);
  });

  it('triggers a stop when a trade reaches it and fills it at the bid', () => {
    const venue = openVenue();
    venue.onTick(quoteOf(START, '100', '500', '100.01', '500'));
    venue.submit(orderOf(), after(1));
    venue.submit(orderOf({ side: 'SELL', stop: '99.5' }), after(2));
    expect(venue.onTick(quoteOf(after(3), '99.51', '500', '99.6', '500'))).toEqual([]);
    expect(brief(venue.onTick(tradeOf(after(4), '99.5', '1')))).toEqual(['TRIGGERED', 'FILLED 100@99.51']);
  });

  it('cancels, replaces and finds a working order', () => {
    const venue = openVenue();
    venue.onTick(bookOf(START, [['99', '10']], [['101', '10']]));
    const order = orderOf({ limit: '98' });
    venue.submit(order, after(1));
    expect(brief(venue.replace({ clientOrderId: order.clientOrderId }, { limitPrice: price('98.5') }, after(2)).reports)).toEqual([
      'UPDATED',
    ]);
    expect(venue.find(order.clientOrderId)).toMatchObject({ status: 'WORKING', limitPrice: price('98.5') });
    expect(brief(venue.cancel({ clientOrderId: order.clientOrderId }, after(3)).reports)).toEqual(['CANCELED']);
    expect(venue.find(order.clientOrderId)).toMatchObject({ status: 'CANCELED' });
    expect(venue.cancel({ clientOrderId: order.clientOrderId }, after(4))).toMatchObject({ status: 'REFUSED', code: 'TOO_LATE' });
  });

  it('refuses a client order id that it knows', () => {
    const venue = openVenue();
    const order = orderOf({ limit: '98' });
    venue.submit(order, START);
    expect(venue.submit(order, after(1))).toMatchObject({ status: 'REFUSED', code: 'DUPLICATE_ORDER_ID' });
  });
});
