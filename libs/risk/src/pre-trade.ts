import { floorToStep, formatDecimal, least, moneyFromNumber, notional, priceFromNumber, scaleBy, subtract } from '@tradewind/vocabulary';
import type { Instrument, Money, Price, Quantity } from '@tradewind/vocabulary';

import { denial } from './deny-codes.js';
import type { Denial } from './deny-codes.js';
import type { OrderCandidate, SignalContext } from './checks/check.js';
import { ORDER_CHECKS, SIGNAL_CHECKS } from './checks/sequence.js';
import { EXPOSURE_LIMITS } from './limits/sequence.js';
import { targetWeight } from './sizing.js';

const SCALE = 1_000_000_000n;
/** A weight is a judgement, not an amount: six decimals of it enter the exact world. */
const WEIGHT_DIGITS = 6;

export type PreTradeAnswer = { readonly denial: Denial } | { readonly candidate: OrderCandidate };

const lotsFor = (value: Money, price: Price, lotSize: Quantity): Quantity =>
  value <= 0n ? (0n as Quantity) : floorToStep(((value * SCALE) / price) as Quantity, lotSize);

const candidateOf = (instrument: Instrument, side: OrderCandidate['side'], quantity: Quantity, worstPrice: Price): OrderCandidate => ({
  instrument,
  side,
  quantity,
  worstPrice,
  worstNotional: notional(worstPrice, quantity),
});

const exitCandidate = ({ book }: SignalContext, instrument: Instrument): OrderCandidate => {
  const held = book.holding(instrument.symbol);
  const quantity = held === undefined || held.quantity < 0n ? (0n as Quantity) : held.quantity;
  return candidateOf(instrument, 'SELL', quantity, held?.markPrice ?? (0n as Price));
};

/** Cuts the wish down to the room that each limit leaves; names the first limit that leaves none. */
const fitLimits = (wish: Quantity, worstPrice: Price, instrument: Instrument, context: SignalContext): Quantity | Denial => {
  let quantity = wish;
  for (const limit of EXPOSURE_LIMITS) {
    const room = limit.room(instrument, context.book, context.profile);
    const fits = lotsFor(room, worstPrice, instrument.lotSize);
    if (fits < instrument.lotSize) return denial(limit.code, { room: formatDecimal(room), worstPrice: formatDecimal(worstPrice) });
    quantity = least(quantity, fits);
  }
  return quantity;
};

const entryCandidate = (context: SignalContext, instrument: Instrument): PreTradeAnswer => {
  const { decision, profile, state, book } = context;
  const weight = targetWeight(decision, profile, state.fired['drawdown-reduce']);
  if (!(weight > 0)) return { denial: denial('NO_EDGE', { probabilityUp: decision.probabilityUp.toFixed(4) }) };
  const target = scaleBy(book.equity, moneyFromNumber(weight, WEIGHT_DIGITS));
  const missing = subtract(target, book.exposure(instrument.symbol));
  if (missing <= scaleBy(target, profile.sizing.rebalanceBand)) {
    return {
      denial: denial('ALREADY_AT_TARGET', { target: formatDecimal(target), exposure: formatDecimal(book.exposure(instrument.symbol)) }),
    };
  }
  const reference = priceFromNumber(decision.referencePrice);
  const worstPrice = floorToStep((reference + scaleBy(reference, profile.limits.priceCollar)) as Price, instrument.tickSize);
  if (worstPrice <= 0n) return { denial: denial('WARM_UP') };
  const wish = lotsFor(missing, worstPrice, instrument.lotSize);
  const fitted = fitLimits(wish, worstPrice, instrument, context);
  return typeof fitted === 'bigint' ? { candidate: candidateOf(instrument, 'BUY', fitted, worstPrice) } : { denial: fitted };
};

/** Puts one signal through all checks in order, sizing in between. Nothing is reserved here. */
export const checkSignal = (context: SignalContext): PreTradeAnswer => {
  for (const policy of SIGNAL_CHECKS) {
    const refused = policy.check(context);
    if (refused !== undefined) return { denial: refused };
  }
  const { instrument } = context;
  if (instrument === undefined) return { denial: denial('UNKNOWN_INSTRUMENT', { symbol: context.decision.symbol }) };
  const answer =
    context.decision.action === 'EXIT' ? { candidate: exitCandidate(context, instrument) } : entryCandidate(context, instrument);
  if ('denial' in answer) return answer;
  for (const policy of ORDER_CHECKS) {
    const refused = policy.check(answer.candidate, context);
    if (refused !== undefined) return { denial: refused };
  }
  return answer;
};
