import { takesNatively } from '@tradewind/venue';
import type { OrderType, TimeInForce, VenueCapabilities } from '@tradewind/venue';

import type { OrderIntent } from '../facts.js';
import { isStopType, isTrailing } from '../trail.js';

/** What a held order waits for: a stop price, a trailing one, its own limit (one side of a pair), the session's open, the moment before its close. */
export type Watch = 'STOP' | 'TRAIL' | 'LIMIT' | 'OPEN' | 'CLOSE';

/** When we cancel at the venue what it can't end by itself. */
export type CancelBy = 'NEVER' | 'AT_ONCE' | 'AT_CLOSE';

/** Why an order can be had neither from the venue nor from us. */
export type EmulationRefusal = 'TYPE_UNSUPPORTED' | 'TIME_IN_FORCE_UNSUPPORTED';

/** How an order reaches a venue that may not know its type, its time in force or groups. */
export type Handling =
  /** The venue takes it as it is. */
  | { readonly kind: 'NATIVE' }
  /** Sent at once with another time in force, and cancelled by us. */
  | { readonly kind: 'SENT_AS'; readonly timeInForce: TimeInForce; readonly cancelBy: CancelBy }
  /** Kept here until what it watches happens; then sent as `type` and `timeInForce`. */
  | {
      readonly kind: 'HELD';
      readonly watch: Watch;
      readonly type: OrderType;
      readonly timeInForce: TimeInForce;
      readonly cancelBy: CancelBy;
    }
  | { readonly kind: 'REFUSED'; readonly code: EmulationRefusal };

type Sent = { readonly timeInForce: TimeInForce; readonly cancelBy: CancelBy } | undefined;

/**
 * A time in force the venue takes for the type, with what we must do to make up for it. FOK is never made up for: whatever is sent may be filled
 * in part. GTC is not either: an order that ends at night and is sent anew is another order.
 */
const sentAs = (venue: VenueCapabilities, type: OrderType, wanted: TimeInForce): Sent => {
  if (takesNatively(venue, type, wanted)) return { timeInForce: wanted, cancelBy: 'NEVER' };
  const day = takesNatively(venue, type, 'DAY');
  const untilCancelled = takesNatively(venue, type, 'GTC');
  if (wanted === 'IOC' && day) return { timeInForce: 'DAY', cancelBy: 'AT_ONCE' };
  if (wanted === 'IOC' && untilCancelled) return { timeInForce: 'GTC', cancelBy: 'AT_ONCE' };
  if (wanted === 'DAY' && untilCancelled) return { timeInForce: 'GTC', cancelBy: 'AT_CLOSE' };
  return undefined;
};

const held = (venue: VenueCapabilities, watch: Watch, type: OrderType, wanted: TimeInForce): Handling => {
  // A market order is filled when it arrives, so that any time in force serves it.
  const sent = sentAs(venue, type, wanted) ?? (type === 'MARKET' ? sentAs(venue, type, 'DAY') : undefined);
  if (sent !== undefined) return { kind: 'HELD', watch, type, ...sent };
  return { kind: 'REFUSED', code: venue.orderTypes.includes(type) ? 'TIME_IN_FORCE_UNSUPPORTED' : 'TYPE_UNSUPPORTED' };
};

/** The order that a stop releases. */
const RELEASED_TYPES = {
  STOP: 'MARKET',
  TRAILING_STOP: 'MARKET',
  STOP_LIMIT: 'LIMIT',
  TRAILING_STOP_LIMIT: 'LIMIT',
  MARKET: 'MARKET',
  LIMIT: 'LIMIT',
} as const satisfies Record<OrderType, OrderType>;

/**
 * Decides how an intent is carried out at a venue. Of a group that the venue does not know (one cancels other), stops work at the venue, so that
 * the position is protected while we are away, and limits are held here until price reaches them.
 */
export const handlingOf = (
  { type, timeInForce, ocoGroup }: Pick<OrderIntent, 'type' | 'timeInForce' | 'ocoGroup'>,
  venue: VenueCapabilities,
): Handling => {
  if (ocoGroup !== undefined && !venue.oneCancelsOther && type === 'LIMIT') return held(venue, 'LIMIT', type, timeInForce);
  if (takesNatively(venue, type, timeInForce)) return { kind: 'NATIVE' };
  if (timeInForce === 'FOK') return { kind: 'REFUSED', code: 'TIME_IN_FORCE_UNSUPPORTED' };
  if (timeInForce === 'OPG' && !isStopType(type)) return held(venue, 'OPEN', type, 'IOC');
  if (timeInForce === 'CLS' && !isStopType(type)) return held(venue, 'CLOSE', type, 'DAY');
  const sent = sentAs(venue, type, timeInForce);
  if (sent !== undefined) return { kind: 'SENT_AS', ...sent };
  if (isStopType(type)) return held(venue, isTrailing(type) ? 'TRAIL' : 'STOP', RELEASED_TYPES[type], timeInForce);
  return { kind: 'REFUSED', code: venue.orderTypes.includes(type) ? 'TIME_IN_FORCE_UNSUPPORTED' : 'TYPE_UNSUPPORTED' };
};
