import { type FeatureDefinition, ratioOr } from '../definitions/definition.js';
import type { PrimitivePool } from '../rolling/pool.js';
import { midChange } from './book-features.js';
import { tickFeature, tradeFeature } from './feature.js';
import { RollSpread } from './roll-spread.js';
import { tickStream } from './tick-stream.js';
import { TradeFlow } from './trade-flow.js';
import { TradedSpread } from './traded-spread.js';
import { Vpin } from './vpin.js';
import { WindowRegression } from './window-regression.js';

const tradeFlow = (pool: PrimitivePool): TradeFlow => pool.track(new TradeFlow(tickStream(pool)));

const boundedRatio = (numerator: number, denominator: number): number => Math.max(-1, Math.min(1, ratioOr(numerator, denominator, 0)));

/** Units bought less units sold in the bar; the sign is the venue's or, where it names none, Lee and Ready's. */
export const signedVolume = (): FeatureDefinition =>
  tickFeature('signed_volume', 'signed-volume@1', [], 1, (pool) => {
    const flow = tradeFlow(pool);
    return () => flow.value;
  });

/** Units bought less sold / units traded over the last `bars` bars, in [-1, 1]; 0 without trades. */
export const tradeImbalance = (bars: number): FeatureDefinition =>
  tickFeature(`trade_imbalance_${bars}`, 'trade-imbalance@1', [bars], bars, (pool) => {
    const flow = tradeFlow(pool);
    const signed = pool.sum(flow, bars);
    const all = pool.sum(flow.volume, bars);
    return () => boundedRatio(signed.value, all.value);
  });

/** Mean trade sign over the last `bars` bars, in [-1, 1]; 0 without trades. */
export const tradeSignMean = (bars: number): FeatureDefinition =>
  tickFeature(`trade_sign_${bars}`, 'trade-sign@1', [bars], bars, (pool) => {
    const flow = tradeFlow(pool);
    const signed = pool.sum(flow.count, bars);
    const all = pool.sum(flow.trades, bars);
    return () => boundedRatio(signed.value, all.value);
  });

/** Shortest delay of a realised spread: the effective spread does not depend on it. */
const DELAY_SECONDS = 5;

/** Effective spread of the bar's trades as a fraction of the middle; NaN in bars without trades. */
export const effectiveSpread = (): FeatureDefinition =>
  tickFeature('effective_spread', 'effective-spread@1', [], 1, (pool) => {
    const spread = pool.track(new TradedSpread(tickStream(pool), DELAY_SECONDS));
    return () => spread.value;
  });

/** Spread that was left `seconds` after the trades, as a fraction of the middle. */
export const realisedSpread = (seconds: number): FeatureDefinition =>
  tickFeature(`realised_spread_${seconds}s`, 'realised-spread@1', [seconds], 1, (pool) => {
    const spread = pool.track(new TradedSpread(tickStream(pool), seconds));
    return () => spread.realised.value;
  });

/** See `Vpin`. */
export const vpin = (bucketVolume: number, buckets: number, seconds: number): FeatureDefinition =>
  tradeFeature(`vpin_${bucketVolume}_${buckets}`, 'vpin@1', [bucketVolume, buckets, seconds], 1, (pool) => {
    const toxicity = pool.track(new Vpin(tickStream(pool), { bucketVolume, buckets, seconds }));
    return () => toxicity.value;
  });

/**
 * Kyle's lambda: price change for a unit of signed volume, slope over the last `bars` bars of the middle's change on the bar's signed volume
 * (Kyle, "Continuous Auctions and Insider Trading", Econometrica 53 (1985), eq. 3.3; estimated as in Hasbrouck 2009, eq. 5).
 */
export const kyleLambda = (bars: number): FeatureDefinition =>
  tickFeature(`kyle_lambda_${bars}`, 'kyle-lambda@1', [bars], bars + 1, (pool) => {
    const line = pool.share(new WindowRegression(tradeFlow(pool), midChange(pool), bars));
    return () => line.value;
  });

/** See `RollSpread`. */
export const rollSpread = (trades: number): FeatureDefinition =>
  tradeFeature(`roll_spread_${trades}`, 'roll-spread@1', [trades], 1, (pool) => {
    const spread = pool.track(new RollSpread(tickStream(pool), trades));
    return () => spread.value;
  });

const MILLION = 1e6;

/**
 * Mean of |return| / money traded over those of the last `bars` bars that had volume, for a million of the currency; 0 when none had (Amihud,
 * "Illiquidity and stock returns", J. Financial Markets 5 (2002), eq. 1). From bars alone.
 */
export const amihud = (bars: number): FeatureDefinition => ({
  name: `amihud_${bars}`,
  formula: 'amihud@1',
  parameters: [bars],
  inputs: ['close', 'volume'],
  window: bars + 1,
  compose(pool) {
    const { close, volume } = pool;
    const before = pool.lag(close, 1);
    const ratio = pool.derive('illiquidity', [close, before, volume], () =>
      ratioOr(Math.abs(close.value / before.value - 1) * MILLION, close.value * volume.value, 0),
    );
    const traded = pool.derive('was-traded', [volume], () => (volume.value > 0 ? 1 : 0));
    const ratios = pool.sum(ratio, bars);
    const days = pool.sum(traded, bars);
    return () => ratioOr(ratios.value, days.value, 0);
  },
});
