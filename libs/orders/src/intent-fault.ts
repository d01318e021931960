import type { OrderType, TimeInForce } from '@tradewind/venue';
import type { Instrument, Price } from '@tradewind/vocabulary';

import type { OrderIntent } from './facts.js';
import { isReduceOnly } from './order.js';
import type { PlacementDenial } from './placement-denials.js';
import { isStopType, isTrailing } from './trail.js';

const ORDER_ID = /^[A-Za-z0-9-]{1,32}$/;
const OCO_GROUP_LENGTH_MAX = 64;
const UNIT = 1_000_000_000n;
/** Of units and of a price alike: what lies beyond is a mistake of scale. */
const ABSURD = 1_000_000_000n * UNIT;

const SIDES: ReadonlySet<string> = new Set(['BUY', 'SELL']);
const TIMES_IN_FORCE: ReadonlySet<string> = new Set<TimeInForce>(['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS']);
const LIMITED: ReadonlySet<string> = new Set<OrderType>(['LIMIT', 'STOP_LIMIT']);
const TYPES: ReadonlySet<string> = new Set<OrderType>(['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT']);

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isMalformed = ({ clientOrderId, side, type, timeInForce, purpose, verdictId }: OrderIntent): boolean =>
  !isText(clientOrderId) ||
  !ORDER_ID.test(clientOrderId) ||
  !SIDES.has(side) ||
  !TYPES.has(type) ||
  !TIMES_IN_FORCE.has(timeInForce) ||
  !isText(purpose) ||
  !isText(verdictId);

/** A price that is given has to be one. */
const isNoPrice = (price: Price | undefined): boolean =>
  price !== undefined && (typeof price !== 'bigint' || price <= 0n || price > ABSURD);

const quantityFault = ({ quantity }: OrderIntent, lotSize: bigint): PlacementDenial | undefined => {
  if (typeof quantity !== 'bigint' || quantity <= 0n || quantity % lotSize !== 0n) return 'QUANTITY_INVALID';
  return quantity > ABSURD ? 'QUANTITY_ABSURD' : undefined;
};

const priceFault = (intent: OrderIntent, tickSize: bigint): PlacementDenial | undefined => {
  const { type, limitPrice, stopPrice, referencePrice } = intent;
  const limited = LIMITED.has(type);
  if (limited && limitPrice === undefined) return 'PRICE_MISSING';
  if ((type === 'STOP' || type === 'STOP_LIMIT') && stopPrice === undefined) return 'PRICE_MISSING';
  if (isNoPrice(limitPrice) || isNoPrice(stopPrice) || isNoPrice(referencePrice)) return 'PRICE_INVALID';
  if ((!limited && limitPrice !== undefined) || (!isStopType(type) && stopPrice !== undefined)) return 'PRICE_UNEXPECTED';
  // What protects a position is never refused for a fraction of a tick.
  if (isReduceOnly(intent)) return undefined;
  return (limitPrice ?? 0n) % tickSize !== 0n || (stopPrice ?? 0n) % tickSize !== 0n ? 'PRICE_OFF_TICK' : undefined;
};

const trailFault = ({ type, trail, limitOffset }: OrderIntent): PlacementDenial | undefined => {
  if (!isTrailing(type)) return trail !== undefined || limitOffset !== undefined ? 'PRICE_UNEXPECTED' : undefined;
  if (trail === undefined || typeof trail.value !== 'bigint' || trail.value <= 0n) return 'TRAIL_INVALID';
  if (trail.by !== 'AMOUNT' && trail.by !== 'RATIO') return 'TRAIL_INVALID';
  if (trail.value >= (trail.by === 'RATIO' ? UNIT : ABSURD)) return 'TRAIL_INVALID';
  if (type === 'TRAILING_STOP') return limitOffset === undefined ? undefined : 'PRICE_UNEXPECTED';
  const offsetIsOne = typeof limitOffset === 'bigint' && limitOffset >= 0n && limitOffset <= ABSURD;
  return offsetIsOne ? undefined : 'LIMIT_OFFSET_INVALID';
};

const protectionFault = (intent: OrderIntent): PlacementDenial | undefined => {
  const { side, protectiveStop, takeProfit } = intent;
  if (protectiveStop === undefined && takeProfit === undefined) return undefined;
  if (isReduceOnly(intent) || isNoPrice(protectiveStop) || isNoPrice(takeProfit)) return 'PROTECTION_INVALID';
  if (protectiveStop === undefined || takeProfit === undefined) return undefined;
  return (side === 'BUY' ? protectiveStop < takeProfit : protectiveStop > takeProfit) ? undefined : 'PROTECTION_INVALID';
};

const groupFault = ({ ocoGroup }: OrderIntent): PlacementDenial | undefined =>
  ocoGroup === undefined || (isText(ocoGroup) && ocoGroup.length <= OCO_GROUP_LENGTH_MAX) ? undefined : 'OCO_GROUP_INVALID';

const timeFault = ({ type, timeInForce }: OrderIntent): PlacementDenial | undefined =>
  isStopType(type) && timeInForce !== 'DAY' && timeInForce !== 'GTC' ? 'TIME_IN_FORCE_INVALID' : undefined;

/**
 * What is wrong with an intent as such, whatever the market and the account are; the first in the order of PLACEMENT_DENIALS. Undefined for a sound
 * one. Never throws, whatever the fields hold.
 */
export const intentFault = (intent: OrderIntent, instrument: Instrument | undefined): PlacementDenial | undefined => {
  if (isMalformed(intent)) return 'ORDER_MALFORMED';
  if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
  return (
    quantityFault(intent, instrument.lotSize) ??
    priceFault(intent, instrument.tickSize) ??
    trailFault(intent) ??
    timeFault(intent) ??
    protectionFault(intent) ??
    groupFault(intent)
  );
};
