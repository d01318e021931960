import { least, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';

import type { QueueModel } from '../models/queue/queue-model.js';

/** Where a resting order stands among the others at its price; plain data. */
export interface QueuePlace {
  /** What trades before us; undefined while the level lies beyond what the market shows. It never grows. */
  readonly ahead: Quantity | undefined;
  /** What the level showed when we last looked. */
  readonly shown: Quantity;
  /** What traded at our price since then: the part of the next decrease that is no cancellation. */
  readonly traded: Quantity;
}

/** At the end of what is shown at the price; `undefined` when that is not known. */
export const joinQueue = (shown: Quantity | undefined): QueuePlace => ({
  ahead: shown,
  shown: shown ?? ZERO_QUANTITY,
  traded: ZERO_QUANTITY,
});

/** Nobody is before us: the market has traded or moved through our price. */
export const firstInQueue = (place: QueuePlace): QueuePlace => (place.ahead === 0n ? place : { ...place, ahead: ZERO_QUANTITY });

/** A trade at our price serves those ahead first. `reaches` is what is left of it for us: nothing while our place is unknown. */
export const afterTrade = (place: QueuePlace, quantity: Quantity): { readonly place: QueuePlace; readonly reaches: Quantity } => {
  const traded = (place.traded + quantity) as Quantity;
  if (place.ahead === undefined) return { place: { ...place, traded }, reaches: ZERO_QUANTITY };
  const served = least(place.ahead, quantity);
  return { place: { ...place, ahead: subtract(place.ahead, served), traded }, reaches: subtract(quantity, served) };
};

/** The level shows another quantity now. What went without a trade was cancelled, and the model says how much of that stood before us. */
export const afterShown = (place: QueuePlace, shown: Quantity | undefined, model: QueueModel): QueuePlace => {
  if (shown === undefined || (shown === place.shown && place.ahead !== undefined && place.traded === 0n)) return place;
  // The level comes into sight: whoever is shown there may have come first.
  if (place.ahead === undefined) return { ahead: shown, shown, traded: ZERO_QUANTITY };
  const gone = place.shown - shown - place.traded;
  const cancelled =
    gone > 0n
      ? model.cancelledAhead(place.ahead, subtract(place.shown, least(place.traded, place.shown)), gone as Quantity)
      : ZERO_QUANTITY;
  const ahead = least(subtract(place.ahead, least(cancelled, place.ahead)), shown);
  return { ahead, shown, traded: ZERO_QUANTITY };
};
