import { isReduceOnly, leavesOf } from '../order.js';
import type { OrderIntent } from '../facts.js';
import { handlingOf } from '../emulation/handling.js';
import type { VenueCapabilities } from '@tradewind/venue';
import type { DeskPolicy, DeskState } from './desk-state.js';

/** Why the desk refused an order that risk had approved; beside the codes of the paper venue's gate. */
export const DESK_DENIALS = {
  RECONCILIATION_OPEN: 'Our books and the venue differ, and nobody has accepted it.',
  LOGIN_NEEDED: 'The broker wants a person to log in.',
  TYPE_UNSUPPORTED: 'The venue does not take the type and time in force, and it can not be emulated.',
  SHORT_UNSUPPORTED: 'The venue takes no short sales.',
  FRACTION_UNSUPPORTED: 'The venue takes no fractions of a share.',
  QUANTITY_INVALID: 'The quantity is not above zero or not a whole number of lots.',
  PRICE_MISSING: 'A limit or stop order without its price.',
  UNKNOWN_INSTRUMENT: 'The instrument is not known.',
  WARM_UP: 'The last bar of the instrument only warms features up; nothing may be traded on it.',
  TRADING_HALTED: 'Trading was halted after risk approved the entry.',
  POSITION_FLAT: 'There is nothing left that the order could reduce.',
} as const;
export type DeskDenial = keyof typeof DESK_DENIALS;

const WHOLE = 1_000_000_000n;

/** Why no entry may be sent now; undefined when one may. */
export const entriesRefused = (state: DeskState): DeskDenial | 'NOT_RECONCILED' | undefined => {
  const { desk, halt } = state;
  if (halt !== 'NONE') return 'TRADING_HALTED';
  if (Object.keys(desk.differences).length > 0) return 'RECONCILIATION_OPEN';
  if (desk.link.kind === 'LOGIN_NEEDED') return 'LOGIN_NEEDED';
  return desk.reconciled ? undefined : 'NOT_RECONCILED';
};

const priceMissing = ({ type, limitPrice, stopPrice, trail }: OrderIntent): boolean =>
  ((type === 'LIMIT' || type === 'STOP_LIMIT') && limitPrice === undefined) ||
  ((type === 'STOP' || type === 'STOP_LIMIT') && stopPrice === undefined) ||
  ((type === 'TRAILING_STOP' || type === 'TRAILING_STOP_LIMIT') && trail === undefined);

/** What of a position the orders that reduce it have not yet laid claim to; protective stops and targets give way. */
export const unclaimed = (
  state: DeskState,
  { symbol, side, clientOrderId }: Pick<OrderIntent, 'symbol' | 'side' | 'clientOrderId'>,
): bigint => {
  const held = state.account.positions[symbol]?.quantity ?? 0n;
  let left = side === 'SELL' ? held : -held;
  for (const { order } of Object.values(state.open)) {
    const { intent } = order;
    const gives = intent.purpose === 'stop' || intent.purpose === 'target';
    if (intent.symbol === symbol && intent.side === side && intent.clientOrderId !== clientOrderId && isReduceOnly(intent) && !gives)
      left -= leavesOf(order);
  }
  return left;
};

/** The desk holds orders for a price; the moments of a session it leaves to venues that know them. */
const canCarryOut = (intent: OrderIntent, capabilities: VenueCapabilities): boolean => {
  const handling = handlingOf(intent, capabilities);
  if (handling.kind === 'REFUSED') return false;
  if (handling.kind === 'NATIVE') return true;
  if (handling.cancelBy === 'AT_CLOSE') return false;
  return handling.kind === 'SENT_AS' || (handling.watch !== 'OPEN' && handling.watch !== 'CLOSE');
};

/** The desk's own gate: undefined lets the intent through. An entry before the first comparison with the venue is kept, not refused. */
export const deskDenialOf = (state: DeskState, intent: OrderIntent, policy: DeskPolicy): DeskDenial | undefined => {
  const instrument = policy.instruments[intent.symbol];
  const { capabilities } = policy;
  if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
  if (intent.quantity <= 0n || intent.quantity % instrument.lotSize !== 0n) return 'QUANTITY_INVALID';
  if (!capabilities.fractional && intent.quantity % WHOLE !== 0n && !isReduceOnly(intent)) return 'FRACTION_UNSUPPORTED';
  if (priceMissing(intent)) return 'PRICE_MISSING';
  if (!canCarryOut(intent, capabilities)) return 'TYPE_UNSUPPORTED';
  if (isReduceOnly(intent)) return unclaimed(state, intent) <= 0n ? 'POSITION_FLAT' : undefined;
  if (state.lastBars[intent.symbol]?.warmUp === true) return 'WARM_UP';
  const held = state.account.positions[intent.symbol]?.quantity ?? 0n;
  if (intent.side === 'SELL' && held - intent.quantity < 0n && !capabilities.shortSales) return 'SHORT_UNSUPPORTED';
  const refused = entriesRefused(state);
  return refused === 'NOT_RECONCILED' ? undefined : refused;
};
