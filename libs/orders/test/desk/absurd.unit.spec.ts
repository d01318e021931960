import { money } from '@tradewind/vocabulary';
import type { VenueReport, VenueSnapshot } from '@tradewind/venue';
import { snapshotOf } from '@tradewind/portfolio';
import { describe, expect, it } from 'vitest';

import { acceptDifferences, cancelOrder, reconcile, reportFault, snapshotFault, snapshotSince, takeReports } from '../../src/index.js';
import { intent } from '../fixtures.js';
import { P, Q, SPX, Trading } from './trading.js';

const ABSURD: readonly unknown[] = [
  undefined,
  null,
  0,
  0n,
  -1n,
  1n,
  10n ** 18n,
  10n ** 40n,
  1.5,
  Number.NaN,
  '',
  'x',
  'tw-1',
  'ex-1',
  '__proto__',
  'x'.repeat(10_000),
  true,
  [],
  [undefined],
  {},
  { n: 1 },
  { type: 'LIMIT', quantity: 1n },
];

const trading = (): Trading => {
  const desk = new Trading().place([intent({ clientOrderId: 'tw-1', protectiveStop: P('95') })]).settle();
  desk.venue.fill('tw-1', Q('4'), P('100'), money('1'));
  return desk.settle();
};

const base = { id: 'r/x', at: 1n, symbol: SPX, venueOrderId: 'v-1', clientOrderId: 'tw-1' };
const reports: readonly Readonly<Record<string, unknown>>[] = [
  { ...base, type: 'ACCEPTED' },
  { ...base, type: 'REJECTED', code: 'OTHER', message: '' },
  { ...base, type: 'TRIGGERED' },
  { ...base, type: 'UPDATED', terms: { type: 'LIMIT', quantity: Q('8'), limitPrice: P('99') } },
  { ...base, type: 'UPDATE_REJECTED', code: 'OTHER', message: '' },
  { ...base, type: 'CANCELED', reason: '' },
  { ...base, type: 'CANCEL_REJECTED', code: 'OTHER', message: '' },
  { ...base, type: 'EXPIRED' },
  { ...base, type: 'FILLED', executionId: 'ex-9', side: 'BUY', quantity: Q('2'), price: P('101'), commission: money('0.5') },
  { ...base, type: 'COMMISSIONED', executionId: 'ex-1', commission: money('2'), currency: 'USD' },
  { ...base, type: 'BUSTED', executionId: 'ex-1' },
  { ...base, type: 'CORRECTED', executionId: 'ex-1', quantity: Q('3'), price: P('99') },
];

/** Every way to spoil one field of a tree, however deep. */
const spoiled = function* (value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  for (const [key, inner] of entries) {
    const put = (next: unknown): unknown =>
      Array.isArray(value)
        ? value.with(Number(key), next)
        : Object.fromEntries(entries.map(([name, old]) => [name, name === key ? next : old]));
    for (const absurd of ABSURD) yield put(absurd);
    for (const next of spoiled(inner)) yield put(next);
  }
};

describe('whatever a venue says', () => {
  it.each(reports.map((report) => [String(report['type']), report] as const))(
    'in a report %s is refused by name or taken in, and the books stay true',
    (_type, report) => {
      const desk = trading();
      let refused = 0;
      for (const wrong of spoiled(report)) {
        if (reportFault(wrong as VenueReport) !== undefined) {
          refused += 1;
          continue;
        }
        const { state } = takeReports(desk.state, [wrong as VenueReport], desk.now, desk.policy);
        expect(snapshotOf(state.account, desk.now).equity).toBeTypeOf('bigint');
      }
      expect(refused).toBeGreaterThan(50);
      expect(reportFault(report as unknown as VenueReport)).toBeUndefined();
    },
  );

  it('in a snapshot is refused by name or compared, and comparing again changes nothing', () => {
    const desk = trading().pass(10);
    desk.venue.activities.push({
      id: 'a',
      kind: 'DIVIDEND',
      at: desk.now,
      symbol: SPX,
      amount: money('1'),
      currency: 'USD',
      description: '',
    });
    desk.venue.activities.push({
      id: 'b',
      kind: 'SPLIT',
      at: desk.now,
      symbol: SPX,
      amount: money('0'),
      currency: 'USD',
      ratio: { numerator: 2n, denominator: 1n },
      description: '',
    });
    const snapshot = desk.venue.snapshot(snapshotSince(desk.state, desk.now));
    let [refused, compared] = [0, 0];
    for (const wrong of spoiled(snapshot)) {
      if (snapshotFault(wrong as VenueSnapshot) !== undefined) {
        refused += 1;
        continue;
      }
      compared += 1;
      const once = reconcile(desk.state, wrong as VenueSnapshot, desk.policy, { confirmNanos: 0n });
      expect(snapshotOf(once.state.account, desk.now).equity).toBeTypeOf('bigint');
      expect(reconcile(once.state, wrong as VenueSnapshot, desk.policy, { confirmNanos: 0n }).events).toEqual([]);
    }
    expect(refused).toBeGreaterThan(300);
    expect(compared).toBeGreaterThan(50);
    expect(snapshotFault(snapshot)).toBeUndefined();
  });
});

describe('whatever a person commands', () => {
  it('of orders and differences that there aren’t changes nothing', () => {
    const desk = trading();
    for (const absurd of ['', '__proto__', 'constructor', 'x'.repeat(10_000), 'df-0']) {
      expect(cancelOrder(desk.state, { id: 'oc', clientOrderId: absurd }, desk.now).events).toEqual([]);
      expect(acceptDifferences(desk.state, { id: 'oc', differenceIds: [absurd] }, desk.now, desk.policy).events).toEqual([]);
    }
  });
});
