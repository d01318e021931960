import { wilsonInterval } from '@tradewind/statistics';

import { hitsIn, RECENT_OUTCOMES, tStatisticOf } from '../outcomes.js';
import { resultOf, type ValidationLayer } from './layer.js';

/**
 * Does the record speak against this kind of signal? Its outcomes, rejected candidates included, are tracked over the horizon. Until there are
 * many, a prior of `priorOutcomes` outcomes at the base rate stands in. The layer fails when
 * - the upper end of Wilson's interval (JASA 22, 1927) of the hit rate is below the base rate: worse than knowing nothing;
 * - fewer than 45% of the last 30 hit (SG4);
 * - Student's t of the mean outcome over at least 30 is below -1.645 (5%, one-sided): it loses money.
 * Score: 0.5 plus the distance of the hit rate, prior included, from the base rate.
 */
export const statisticalSignificance: ValidationLayer = {
  name: 'statistical-significance',
  judge: ({ outcomes, fused }, { significance }) => {
    const baseRate = fused.baseRateUp;
    const trials = outcomes.length + significance.priorOutcomes;
    const hits = hitsIn(outcomes, outcomes.length) + significance.priorOutcomes * baseRate;
    const rate = trials > 0 ? hits / trials : baseRate;
    const reasons: string[] = [];
    if (wilsonInterval(hits, trials, significance.confidence).high < baseRate) reasons.push('HIT_RATE_BELOW_BASE');
    if (outcomes.length >= RECENT_OUTCOMES) {
      if (hitsIn(outcomes, RECENT_OUTCOMES) < significance.recentHitRateMin * RECENT_OUTCOMES) reasons.push('RECENT_HIT_RATE_LOW');
      if (tStatisticOf(outcomes) < significance.tStatisticMin) reasons.push('OUTCOMES_LOSE_MONEY');
    }
    return resultOf('statistical-significance', 0.5 + (rate - baseRate), reasons);
  },
};
