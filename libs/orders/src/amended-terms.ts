import type { OrderTerms, VenueOrderChange } from '@tradewind/venue';

/** The terms with a change applied; what the change does not name stays. Only terms come out, also when an intent is given. */
export const amendedTerms = (terms: OrderTerms, change: VenueOrderChange): OrderTerms => {
  const limitPrice = change.limitPrice ?? terms.limitPrice;
  const stopPrice = change.stopPrice ?? terms.stopPrice;
  const trail = change.trail ?? terms.trail;
  const { limitOffset } = terms;
  return {
    type: terms.type,
    quantity: change.quantity ?? terms.quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(limitOffset === undefined ? {} : { limitOffset }),
  };
};
