import { formatDecimal, scaleBy, subtract, ZERO_PRICE } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** The target lies beyond the worst fill, and far enough to pay for the distance of the stop. */
export const rewardToRisk: OrderCheck = {
  name: 'reward-to-risk',
  check: ({ entry }, { profile: { limits } }) => {
    if (entry?.takeProfit === undefined) return undefined;
    const { worstPrice, takeProfit, protectiveStop = ZERO_PRICE } = entry;
    const reward = subtract(takeProfit, worstPrice);
    if (reward <= 0n) return denial('TARGET_BELOW_ENTRY', { target: formatDecimal(takeProfit), worstPrice: formatDecimal(worstPrice) });
    if (limits.rewardToRiskMin === 'off') return undefined;
    const risk = subtract(worstPrice, protectiveStop);
    return reward < scaleBy(risk, limits.rewardToRiskMin)
      ? denial('REWARD_TO_RISK', { reward: formatDecimal(reward), risk: formatDecimal(risk), limit: formatDecimal(limits.rewardToRiskMin) })
      : undefined;
  },
};
