import { money } from '@tradewind/vocabulary';
import type { VenueActivity } from '@tradewind/venue';
import { expect } from 'vitest';

import { acceptDifferences } from '../../src/index.js';
import { intent } from '../fixtures.js';
import { P, Q, Trading } from '../desk/trading.js';

/** A position of one filled order, compared once. */
export const holding = (size = '10', at = '100'): Trading => {
  const desk = new Trading()
    .place([intent({ clientOrderId: 'tw-1', quantity: Q(size) })])
    .carryOut()
    .deliver();
  desk.venue.fill('tw-1', Q(size), P(at));
  return desk.deliver().pass(120).reconcile();
};
/** One limit order that works. */
export const working = (changes = {}): Trading =>
  new Trading()
    .place([intent({ clientOrderId: 'tw-1', type: 'LIMIT', limitPrice: P('90'), ...changes })])
    .carryOut()
    .deliver();
/** A person accepts all that is open. */
export const accept = (desk: Trading): Trading => {
  const ids = Object.keys(desk.state.desk.differences);
  const outcome = acceptDifferences(desk.state, { id: 'oc/1', differenceIds: ids }, desk.now, desk.policy);
  if (outcome.reconciled !== undefined) desk.reconciliations.push(outcome.reconciled);
  return desk.take(outcome);
};
/** The same comparison again must find nothing to write. */
export const again = (desk: Trading): Trading => {
  const written = desk.history.length;
  desk.reconcile();
  expect(desk.history.length).toBe(written);
  return desk;
};
/** The venue books something beside trades. */
export const activity = (desk: Trading, changes: Partial<VenueActivity>): Trading => {
  const made: VenueActivity = {
    id: `a-${desk.venue.activities.length}`,
    kind: 'OTHER',
    at: desk.now,
    amount: money('0'),
    currency: 'USD',
    description: 'test',
    ...changes,
  };
  desk.venue.activities.push(made);
  desk.venue.cash = (desk.venue.cash + made.amount) as typeof made.amount;
  return desk;
};
