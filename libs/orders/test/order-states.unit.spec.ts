import { describe, expect, it } from 'vitest';

import { TRANSITIONS } from '../src/index.js';
import type { OrderStatus } from '../src/index.js';
import { orderStatesPage } from './order-states.js';

/** Rows that need no explanation: what a person expects to follow. */
const ORDINARY = new Set([
  'INITIALIZED OrderDenied',
  'INITIALIZED OrderEmulated',
  'INITIALIZED OrderSubmitted',
  'EMULATED OrderReleased',
  'EMULATED OrderCanceled',
  'EMULATED OrderExpired',
  'RELEASED OrderSubmitted',
  'SUBMITTED OrderAccepted',
  'SUBMITTED OrderRejected',
  'PENDING_UPDATE OrderUpdated',
  'PENDING_UPDATE OrderUpdateRejected',
  'PENDING_CANCEL OrderCancelRejected',
  'PENDING_CANCEL OrderCanceled',
]);
const WORKING = new Set(['SUBMITTED', 'ACCEPTED', 'TRIGGERED', 'PARTIALLY_FILLED']);
const WHILE_WORKING = new Set([
  'OrderUpdateRequested',
  'OrderCancelRequested',
  'OrderCanceled',
  'OrderExpired',
  'OrderTriggered',
  'PartialFill',
  'FullFill',
]);

describe('the table of order states', () => {
  it('is documented in docs/reference/order-states.md (write it anew with vitest -u)', async () => {
    await expect(orderStatesPage()).toMatchFileSnapshot('../../../docs/reference/order-states.md');
  });
  it('says of every row that a person would not expect which real event makes it', () => {
    for (const from of Object.keys(TRANSITIONS) as OrderStatus[]) {
      for (const [trigger, row] of Object.entries(TRANSITIONS[from])) {
        if (typeof row !== 'string') expect(row.because.length).toBeGreaterThan(10);
        else
          expect(ORDINARY.has(`${from} ${trigger}`) || (WORKING.has(from) && WHILE_WORKING.has(trigger)), `${from} ${trigger}`).toBe(true);
      }
    }
  });
});
