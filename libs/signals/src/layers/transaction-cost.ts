import { resultOf, type ValidationLayer } from './layer.js';

/**
 * Does the edge pay its costs? Expected value of a horizon, p win - (1 - p) loss, accrues over the bars that a position is expected to be held
 * and must be a multiple of commission and slippage of both sides, which are paid once. Score: 0.5 at exactly the multiple, 1 at twice it.
 */
export const transactionCost: ValidationLayer = {
  name: 'transaction-cost',
  judge: ({ fused, expectedWin, expectedLoss, horizonBars }, { cost }) => {
    const edge = fused.probabilityUp * expectedWin - (1 - fused.probabilityUp) * expectedLoss;
    const accrued = edge * Math.max(1, cost.holdingBars / horizonBars);
    const needed = 2 * (cost.commission + cost.slippage) * cost.costMultiple;
    const score = needed > 0 ? accrued / (2 * needed) : 1;
    return resultOf('transaction-cost', score, accrued < needed ? ['EDGE_BELOW_COST'] : []);
  },
};
