import { absolute, add, least, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Quantity, Symbol } from '@tradewind/vocabulary';

import { openOrdersOf } from '../ledger.js';
import { isReduceOnly, leavesOf, termsOf } from '../order.js';
import type { Order } from '../order.js';
import { PROTECTIVE_PURPOSE } from '../protection.js';
import type { DeskLedger } from './desk-ledger.js';
import { withdraw } from './working-orders.js';

const isWaiting = (ledger: DeskLedger, { intent }: Order): boolean => ledger.requestsOf(intent.clientOrderId, 'SUBMIT')[0]?.stage === 'DUE';

/**
 * Cuts exits that wait for their turn to what is left to reduce, oldest first: the stop that made room for one may have filled in part before its end, and
 * what is too large would wait for ever, with no stop beside it. An exit of a position that has turned round would enlarge it: it is withdrawn.
 */
export const fitExits = (ledger: DeskLedger, symbol: Symbol, causes: readonly string[]): void => {
  const held = ledger.held(symbol);
  const side = held > 0n ? 'SELL' : 'BUY';
  const exits = openOrdersOf(ledger.state, symbol)
    .map(({ order }) => order)
    .filter(({ intent, status }) => isReduceOnly(intent) && intent.purpose !== PROTECTIVE_PURPOSE && status !== 'EMULATED');
  let left = absolute(held as Quantity);
  const waiting: Order[] = [];
  for (const order of exits) {
    if (order.intent.side !== side) withdraw(ledger, order, 'POSITION_TURNED', causes);
    else if (isWaiting(ledger, order)) waiting.push(order);
    else left = (left - leavesOf(order)) as Quantity;
  }
  for (const order of waiting) {
    const leaves = leavesOf(order);
    const fits = left > 0n ? least(leaves, left) : ZERO_QUANTITY;
    left = (left - fits) as Quantity;
    if (fits === 0n) withdraw(ledger, order, 'POSITION_FLAT', causes);
    else if (fits < leaves) {
      const terms = { ...termsOf(order), quantity: add(order.filledQuantity, fits) };
      ledger.say(order.intent.clientOrderId, { type: 'OrderUpdated', terms }, causes);
    }
  }
};
