export { incompleteBeta, logGamma, normalCdf, normalQuantile, studentTCdf, studentTQuantile } from './distributions.js';
export { maximumDrawdown, underwater } from './drawdown.js';
export type { Drawdown } from './drawdown.js';
export { annualTurnover, exposureOf } from './exposure.js';
export type { Exposure, ExposureMark } from './exposure.js';
export { meanTest } from './hypothesis.js';
export type { MeanTest } from './hypothesis.js';
export { leastSquaresLine } from './least-squares.js';
export type { Coefficient, Line } from './least-squares.js';
export { wilsonInterval, wilsonLowerBound } from './intervals.js';
export type { Interval } from './intervals.js';
export { correlation, excessKurtosis, mean, quantile, sampleCovariance, sampleDeviation, sampleVariance, skewness } from './moments.js';
export { calmarRatio, downsideDeviation, sharpeRatio, sortinoRatio } from './ratios.js';
export {
  annualisedVolatility,
  compoundAnnualGrowth,
  compoundReturn,
  DAYS_A_YEAR,
  periodReturns,
  simpleReturns,
  TRADING_DAYS_A_YEAR,
} from './returns.js';
export type { DatedValue, PeriodReturn } from './returns.js';
export { tradeStatistics } from './trades.js';
export type { TradeStatistics } from './trades.js';
export { fitGarch, garchVariances } from './garch.js';
export type { GarchBackcast, GarchFit, GarchParameters } from './garch.js';
export { bfgs, nelderMead } from './minimise.js';
export type { Minimum, Objective } from './minimise.js';
export { checkHiddenMarkov, filterStates, predictStates, stationaryStates, updateStates } from './hidden-markov.js';
export type { FilteredStates, HiddenMarkovModel } from './hidden-markov.js';
export { fitHiddenMarkov } from './hidden-markov-fit.js';
export type { HiddenMarkovFit, HiddenMarkovFitOptions } from './hidden-markov-fit.js';
export {
  cornishFisherShortfall,
  cornishFisherValueAtRisk,
  historicalShortfall,
  historicalValueAtRisk,
  parametricShortfall,
  parametricValueAtRisk,
  returnMoments,
} from './value-at-risk.js';
export type { ReturnMoments } from './value-at-risk.js';
export { averageCorrelation, correlationShift } from './correlation-shift.js';
export type { CorrelationShift } from './correlation-shift.js';
export { multipleRegression } from './multiple-regression.js';
export type { MultipleRegression } from './multiple-regression.js';
