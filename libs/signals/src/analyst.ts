import type { FeaturesComputed } from '@tradewind/features';
import { answerHeader, isoFromNanos } from '@tradewind/vocabulary';

import type { AnalysesMade, Analysis, RiskLevel, Stance } from './facts.js';
import { isDaily } from './daily-bars.js';
import type { MarketView, MarketViewReader } from './market-view.js';
import { VOLATILITY_BOUNDS } from './policy.js';
import { trendOf, type VolatilityRegime, volatilityRegimeOf } from './regime.js';
import type { AnalystOpinion } from './votes.js';

export const RULE_ANALYST = 'rules@1';

const STANCE_SCORE_MIN = 0.2;
const OVERBOUGHT_RSI = 75;
const OVERSOLD_RSI = 25;
const TRADING_DAYS_A_YEAR = 252;
const MOMENTUM_BARS = 20;

/** How much a stance is worth in each volatility regime: trends break when markets are nervous. */
const CONFIDENCE_FACTOR: Readonly<Record<VolatilityRegime, number>> = { LOW: 1, NORMAL: 1, HIGH: 0.85, EXTREME: 0.7 };
const RISK_LEVEL: Readonly<Record<VolatilityRegime, RiskLevel>> = { LOW: 'low', NORMAL: 'medium', HIGH: 'high', EXTREME: 'extreme' };

/**
 * Adds up what the chart says, in [-1, 1]: close against the 200-bar average 0.4, the 50-bar against the 200-bar average 0.2, close against the 50-bar
 * average 0.1, momentum in units of its own deviation at most 0.2, and an overbought or oversold RSI 0.1 against the move.
 */
const scoreOf = (view: MarketView): number => {
  const side = (above: boolean, points: number): number => (above ? points : -points);
  const deviation = view.volatility20 * Math.sqrt(MOMENTUM_BARS / TRADING_DAYS_A_YEAR);
  const momentum = deviation > 0 ? Math.max(-1, Math.min(1, view.momentum20 / deviation)) : 0;
  const extreme = view.rsi14 > OVERBOUGHT_RSI ? -0.1 : view.rsi14 < OVERSOLD_RSI ? 0.1 : 0;
  return (
    side(view.close > view.sma200, 0.4) +
    side(view.sma50 > view.sma200, 0.2) +
    side(view.close > view.sma50, 0.1) +
    0.2 * momentum +
    extreme
  );
};

const stanceOf = (score: number): Stance => (score > STANCE_SCORE_MIN ? 'UP' : score < -STANCE_SCORE_MIN ? 'DOWN' : 'FLAT');

const signalTypeOf = (stance: Stance, view: MarketView): string => {
  if (stance === 'FLAT') return 'no-setup';
  if (stance === 'DOWN') return trendOf(view) === 'BEAR' ? 'downtrend' : 'trend-break';
  return view.rsi14 < OVERSOLD_RSI ? 'oversold-in-uptrend' : 'uptrend';
};

/** Rounded by integer arithmetic: several times faster than toFixed, and read by people only. */
const rounded = (value: number, scale: number): number => Math.round(value * scale) / scale;

const rationaleOf = (view: MarketView, regime: VolatilityRegime): string =>
  `${trendOf(view)} trend: close ${rounded(view.close, 100)}, SMA50 ${rounded(view.sma50, 100)}, SMA200 ${rounded(view.sma200, 100)}; ` +
  `20-bar momentum ${rounded(view.momentum20 * 100, 10)}%, RSI ${rounded(view.rsi14, 1)}; ` +
  `${regime} volatility at ${rounded(view.volatility20 * 100, 10)}% a year.`;

/** Stance and confidence without the words: all that a decision needs, at a fraction of the cost of an Analysis. */
export const opine = (view: MarketView, instant: string = isoFromNanos(view.at)): AnalystOpinion => {
  const score = scoreOf(view);
  const stance = stanceOf(score);
  const strength = stance === 'FLAT' ? 0.5 * (1 - Math.abs(score)) : 0.5 + 0.5 * Math.abs(score);
  const confidence = Math.min(1, strength * CONFIDENCE_FACTOR[volatilityRegimeOf(view.volatility20, VOLATILITY_BOUNDS)]);
  return { id: `an/${view.symbol}/${instant}/${RULE_ANALYST}`, symbol: view.symbol, stance, confidence };
};

/**
 * The rule-based analyst: a stance with its confidence in [0, 1], a risk level and the figures behind it. Pure arithmetic over
 * features, and labelled so. `instant` is the ISO form of `view.at`, handed in by callers that have it already.
 */
export const analyse = (view: MarketView, instant: string = isoFromNanos(view.at)): Analysis => {
  const { id, symbol, stance, confidence } = opine(view, instant);
  const regime = volatilityRegimeOf(view.volatility20, VOLATILITY_BOUNDS);
  return {
    id,
    symbol,
    at: view.at,
    vectorId: view.vectorId,
    analyst: RULE_ANALYST,
    ruleBased: true,
    signalType: signalTypeOf(stance, view),
    stance,
    confidence,
    risk: RISK_LEVEL[regime],
    rationale: rationaleOf(view, regime),
    promptHash: '',
    answerHash: '',
  };
};

const warmOnly = <T>(features: FeaturesComputed, read: MarketViewReader, make: (view: MarketView, instant: string) => T): T[] => {
  const instant = isoFromNanos(features.header.at);
  const made: T[] = [];
  for (const vector of features.vectors) {
    if (vector.warm && isDaily(vector)) made.push(make(read(vector), instant));
  }
  return made;
};

/** The rule-based opinions of a step, for a backtest that keeps no words; the same stances and confidences as analyseStep. */
export const opineStep = (features: FeaturesComputed, read: MarketViewReader): readonly AnalystOpinion[] => warmOnly(features, read, opine);

/** The rule-based analyses of a step: one for each warm vector, in the order of the vectors. */
export const analyseStep = (features: FeaturesComputed, read: MarketViewReader): AnalysesMade => ({
  header: answerHeader('analysis.analyses', features.header),
  analyses: warmOnly(features, read, analyse),
  final: features.final,
});
