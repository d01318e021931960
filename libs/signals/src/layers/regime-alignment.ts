import { trendOf, volatilityRegimeOf, type Trend, type VolatilityRegime } from '../regime.js';
import { resultOf, type ValidationLayer } from './layer.js';

const TREND_SCORE: Readonly<Record<Trend, number>> = { BULL: 1, SIDEWAYS: 0.5, BEAR: 0 };
const VOLATILITY_SCORE: Readonly<Record<VolatilityRegime, number>> = { LOW: 1, NORMAL: 1, HIGH: 0.7, EXTREME: 0.3 };

/**
 * Does a long position go with the market's regime? Not in a bear trend, not in extreme volatility (equity returns per unit of risk are worst there:
 * Moreira and Muir, Volatility-Managed Portfolios, JF 2017), and not sideways when volatility is high. Score: trend times volatility.
 */
export const regimeAlignment: ValidationLayer = {
  name: 'regime-alignment',
  judge: ({ view }, { volatilityBounds }) => {
    const trend = trendOf(view);
    const volatility = volatilityRegimeOf(view.volatility20, volatilityBounds);
    const reasons: string[] = [];
    if (trend === 'BEAR') reasons.push('REGIME_BEAR');
    if (volatility === 'EXTREME') reasons.push('VOLATILITY_EXTREME');
    if (trend === 'SIDEWAYS' && volatility === 'HIGH') reasons.push('SIDEWAYS_HIGH_VOLATILITY');
    return resultOf('regime-alignment', TREND_SCORE[trend] * VOLATILITY_SCORE[volatility], reasons);
  },
};
