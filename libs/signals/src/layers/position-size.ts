import { resultOf, type ValidationLayer } from './layer.js';

/**
 * Is there a sane size? Target volatility over the symbol's own, times the size multiplier of the fusion, at most 1 (volatility targeting as in Moskowitz,
 * Ooi and Pedersen, Time Series Momentum, JFE 2012), must leave at least `sizeMin`; and the risk per unit, ATR over close (Wilder 1978), must be
 * such that a stop some ATRs away is neither inside the noise of stale data nor beyond reason. Score: the size.
 */
export const positionSize: ValidationLayer = {
  name: 'position-size',
  judge: ({ view, fused }, { size }) => {
    const scaled = view.volatility20 > 0 ? Math.min(1, size.targetVolatility / view.volatility20) * fused.sizeMultiplier : 0;
    const riskPerUnit = view.close > 0 ? view.atr14 / view.close : 0;
    const reasons: string[] = [];
    if (scaled < size.sizeMin) reasons.push('VOLATILITY_SIZE_TOO_SMALL');
    if (!(riskPerUnit >= size.atrFractionMin)) reasons.push('ATR_RISK_TOO_SMALL');
    if (riskPerUnit > size.atrFractionMax) reasons.push('ATR_RISK_TOO_LARGE');
    return resultOf('position-size', scaled, reasons);
  },
};
