import {
  absolute,
  floorToStep,
  formatDecimal,
  least,
  moneyFromNumber,
  notional,
  priceFromNumber,
  scaleBy,
  subtract,
} from '@tradewind/vocabulary';
import type { Instrument, Money, Price, Quantity } from '@tradewind/vocabulary';

import { strategyOf } from './capital-use.js';
import type { EntryTerms, OrderCandidate, SignalContext } from './checks/check.js';
import { ORDER_CHECKS, SIGNAL_CHECKS } from './checks/sequence.js';
import { denial } from './deny-codes.js';
import type { Denial } from './deny-codes.js';
import { EXPOSURE_LIMITS } from './limits/sequence.js';
import { protectiveStopOf, takeProfitOf } from './order-intent.js';
import { targetWeight } from './sizing.js';

const SCALE = 1_000_000_000n;
/** A weight is a judgement, not an amount: six decimals of it enter the exact world. */
const WEIGHT_DIGITS = 6;

export type PreTradeAnswer = { readonly denial: Denial } | { readonly candidate: OrderCandidate };

const lotsFor = (value: Money, price: Price, lotSize: Quantity): Quantity =>
  value <= 0n ? (0n as Quantity) : floorToStep(((value * SCALE) / price) as Quantity, lotSize);

/** The position, whichever side it is on: its whole lots, since the venue would refuse an order with a fraction of one (left by a split or a transfer). */
const exitCandidate = ({ book }: SignalContext, instrument: Instrument): OrderCandidate => {
  const held = book.holding(instrument.symbol);
  const signed = held?.quantity ?? 0n;
  const quantity = floorToStep(absolute(signed as Quantity), instrument.lotSize);
  const worstPrice = held?.markPrice ?? (0n as Price);
  return { instrument, side: signed < 0n ? 'BUY' : 'SELL', quantity, worstPrice, worstNotional: notional(worstPrice, quantity) };
};

/** Cuts the wish down to the room that each limit leaves; names the first limit that leaves none. */
const fitLimits = (wish: Quantity, entry: EntryTerms, context: SignalContext): Quantity | Denial => {
  const { worstPrice, instrument } = entry;
  let quantity = wish;
  for (const limit of EXPOSURE_LIMITS) {
    const room = limit.room(entry, context);
    if (room === undefined) continue;
    const fits = lotsFor(room, worstPrice, instrument.lotSize);
    if (fits < instrument.lotSize) return denial(limit.code, { room: formatDecimal(room), worstPrice: formatDecimal(worstPrice) });
    quantity = least(quantity, fits);
  }
  return quantity;
};

const termsOf = ({ decision, profile }: SignalContext, instrument: Instrument): EntryTerms => {
  const referencePrice = priceFromNumber(decision.referencePrice);
  const { tickSize } = instrument;
  return {
    instrument,
    referencePrice,
    worstPrice: floorToStep((referencePrice + scaleBy(referencePrice, profile.limits.priceCollar)) as Price, tickSize),
    protectiveStop: protectiveStopOf(decision, profile, tickSize),
    takeProfit: takeProfitOf(decision, profile, tickSize),
    strategy: strategyOf(profile, decision.signalType)?.name ?? '',
  };
};

const entryCandidate = (context: SignalContext, instrument: Instrument): PreTradeAnswer => {
  const { decision, profile, state, book, market } = context;
  const weight = targetWeight(decision, profile, state.fired['drawdown-reduce'], market.barsPerYear);
  if (!(weight > 0)) return { denial: denial('NO_EDGE', { probabilityUp: decision.probabilityUp.toFixed(4) }) };
  const target = scaleBy(book.equity, moneyFromNumber(weight, WEIGHT_DIGITS));
  const missing = subtract(target, book.exposure(instrument.symbol));
  if (missing <= scaleBy(target, profile.sizing.rebalanceBand)) {
    return {
      denial: denial('ALREADY_AT_TARGET', { target: formatDecimal(target), exposure: formatDecimal(book.exposure(instrument.symbol)) }),
    };
  }
  const entry = termsOf(context, instrument);
  const { worstPrice } = entry;
  if (worstPrice <= 0n) return { denial: denial('WARM_UP') };
  const fitted = fitLimits(lotsFor(missing, worstPrice, instrument.lotSize), entry, context);
  if (typeof fitted !== 'bigint') return { denial: fitted };
  return { candidate: { instrument, side: 'BUY', quantity: fitted, worstPrice, worstNotional: notional(worstPrice, fitted), entry } };
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
