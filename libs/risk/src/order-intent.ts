import { clientOrderIdOf } from '@tradewind/orders';
import type { OrderIntent } from '@tradewind/orders';
import type { SignalDecision } from '@tradewind/signals';
import { floorToStep, priceFromNumber, toNumber, ZERO_PRICE } from '@tradewind/vocabulary';
import type { Price } from '@tradewind/vocabulary';

import type { OrderCandidate } from './checks/check.js';
import type { RiskProfile } from './profile.js';

const roundedDown = (level: number, tickSize: Price): Price | undefined => {
  const found = level > 0 ? floorToStep(priceFromNumber(level), tickSize) : ZERO_PRICE;
  return found > 0n ? found : undefined;
};

/** So many ATRs below the reference price; undefined when that is at or below zero. */
export const protectiveStopOf = (decision: SignalDecision, { sizing }: RiskProfile, tickSize: Price): Price | undefined =>
  roundedDown(decision.referencePrice - toNumber(sizing.stopAtrMultiple) * decision.atr, tickSize);

/** So many ATRs above the reference price; undefined when the profile sets none. */
export const takeProfitOf = (decision: SignalDecision, { sizing }: RiskProfile, tickSize: Price): Price | undefined =>
  sizing.takeProfitAtrMultiple === 'off'
    ? undefined
    : roundedDown(decision.referencePrice + toNumber(sizing.takeProfitAtrMultiple) * decision.atr, tickSize);

const referenceOf = ({ referencePrice }: SignalDecision): Pick<OrderIntent, 'referencePrice'> =>
  Number.isFinite(referencePrice) && referencePrice > 0 ? { referencePrice: priceFromNumber(referencePrice) } : {};

/** Entries are limit orders at the collar, for the day, with their stop and target: no fill can be worse than what was reserved. Exits go to market. */
export const intentOf = (verdictId: string, decision: SignalDecision, candidate: OrderCandidate): OrderIntent => {
  const { side, quantity, entry } = candidate;
  const shared = { clientOrderId: clientOrderIdOf(verdictId), symbol: decision.symbol, side, quantity, verdictId };
  if (entry === undefined) return { ...shared, ...referenceOf(decision), type: 'MARKET', timeInForce: 'GTC', purpose: 'signal:exit' };
  return {
    ...shared,
    type: 'LIMIT',
    timeInForce: 'DAY',
    limitPrice: candidate.worstPrice,
    purpose: 'signal:enter',
    referencePrice: entry.referencePrice,
    ...(entry.protectiveStop === undefined ? {} : { protectiveStop: entry.protectiveStop }),
    ...(entry.takeProfit === undefined ? {} : { takeProfit: entry.takeProfit }),
    ...(entry.strategy === '' ? {} : { strategy: entry.strategy }),
  };
};
