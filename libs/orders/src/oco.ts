import { subtract } from '@tradewind/vocabulary';
import type { OrderTerms } from '@tradewind/venue';
import type { Quantity } from '@tradewind/vocabulary';

import { leavesOf, termsOf } from './order.js';
import type { Order } from './order.js';
import { amendedTerms } from './amended-terms.js';

/** What a fill does to another order of its group: new terms with a smaller quantity, or its end. */
export type OcoChange =
  | { readonly type: 'REDUCE'; readonly clientOrderId: string; readonly terms: OrderTerms }
  | { readonly type: 'CANCEL'; readonly clientOrderId: string };

/**
 * One cancels other: `quantity` was filled of an order of `group`, so every other open order of it is asked for as much less, and ends when that
 * leaves it nothing or the filled one is whole. In the order of `open`.
 */
export const ocoChanges = (
  open: Iterable<Order>,
  filled: { readonly clientOrderId: string; readonly group: string; readonly quantity: Quantity; readonly whole: boolean },
): readonly OcoChange[] => {
  const changes: OcoChange[] = [];
  for (const order of open) {
    const { clientOrderId, ocoGroup } = order.intent;
    if (ocoGroup !== filled.group || clientOrderId === filled.clientOrderId) continue;
    if (filled.whole || leavesOf(order) <= filled.quantity) changes.push({ type: 'CANCEL', clientOrderId });
    else {
      const terms = amendedTerms(termsOf(order), { quantity: subtract(termsOf(order).quantity, filled.quantity) });
      changes.push({ type: 'REDUCE', clientOrderId, terms });
    }
  }
  return changes;
};
