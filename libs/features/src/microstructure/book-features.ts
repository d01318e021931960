import { type FeatureDefinition, ratioOr } from '../definitions/definition.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { AdjustedMicroprice } from './adjusted-microprice.js';
import { depthImbalance, depthOf, depthSlope, microprice, queueImbalance } from './book-shape.js';
import type { BookView } from './book-view.js';
import { bookFeature } from './feature.js';
import { OrderFlowImbalance } from './order-flow-imbalance.js';
import { QuoteAverages } from './quote-averages.js';
import { RealisedVolatility } from './realised-volatility.js';
import { tickStream } from './tick-stream.js';
import { WindowRegression } from './window-regression.js';

export type BookSideName = 'bid' | 'ask';

const orderFlow = (pool: PrimitivePool, levels: number): OrderFlowImbalance =>
  pool.track(new OrderFlowImbalance(tickStream(pool, levels))).need(levels);

/** Change of the middle over the bar, in price; NaN when it is unknown at either end. */
export const midChange = (pool: PrimitivePool): Source => {
  const mid = tickStream(pool);
  const before = pool.lag(mid, 1);
  return pool.derive('mid-change', [mid, before], () => mid.value - before.value);
};

/** A reading of the book as it stands at the bar's close. */
const standing = (
  name: string,
  formula: string,
  parameters: readonly (number | string)[],
  levels: number,
  read: (book: BookView) => number,
) =>
  bookFeature(name, formula, parameters, 1, (pool) => {
    const stream = tickStream(pool, levels);
    return () => read(stream.book);
  });

/** Order-flow imbalance of the bar, all `levels` levels together, in units. */
export const orderFlowImbalance = (levels: number): FeatureDefinition =>
  bookFeature(`ofi_${levels}`, 'order-flow-imbalance@1', [levels], 1, (pool) => {
    const flow = orderFlow(pool, levels).total(levels);
    return () => flow.value;
  });

/** Order-flow imbalance of the last `bars` bars, all levels together / mean depth of a side at a level over the bars. */
export const orderFlowRatio = (levels: number, bars: number): FeatureDefinition =>
  bookFeature(`ofi_ratio_${levels}_${bars}`, 'order-flow-ratio@1', [levels, bars], bars, (pool) => {
    const flow = orderFlow(pool, levels);
    const flows = pool.sum(flow.total(levels), bars);
    const depths = pool.sum(flow.depth(levels), bars);
    return () => ratioOr(flows.value * bars, depths.value, 0);
  });

/** Order-flow imbalance of the bar at one level (1 is the best) / mean depth of a side at the levels down to it. */
export const orderFlowAtLevel = (level: number): FeatureDefinition =>
  bookFeature(`ofi_level_${level}`, 'order-flow-at-level@1', [level], 1, (pool) => {
    const flow = orderFlow(pool, level);
    const at = flow.flow(level);
    const depth = flow.depth(level);
    return () => ratioOr(at.value, depth.value, 0);
  });

/** What a unit of order-flow imbalance moved the middle by, in price: slope over the last `bars` bars. */
export const orderFlowImpact = (bars: number): FeatureDefinition =>
  bookFeature(`ofi_impact_${bars}`, 'order-flow-impact@1', [bars], bars + 1, (pool) => {
    const line = pool.share(new WindowRegression(orderFlow(pool, 1), midChange(pool), bars));
    return () => line.value;
  });

/** Share of the middle's variance over the last `bars` bars that order-flow imbalance explains, in [0, 1]. */
export const orderFlowExplained = (bars: number): FeatureDefinition =>
  bookFeature(`ofi_explained_${bars}`, 'order-flow-explained@1', [bars], bars + 1, (pool) => {
    const line = pool.share(new WindowRegression(orderFlow(pool, 1), midChange(pool), bars));
    return () => line.explained;
  });

export const midPrice = (): FeatureDefinition => standing('mid_price', 'mid-price@1', [], 1, (book) => book.mid);

export const micropriceGap = (): FeatureDefinition =>
  standing('microprice_gap', 'microprice-gap@1', [], 1, (book) => microprice(book) / book.mid - 1);

/** See `AdjustedMicroprice`: its value / middle − 1 at the close. */
export const adjustedMicropriceGap = (imbalances: number, spreads: number, tick: number, halfLife: number): FeatureDefinition =>
  bookFeature('microprice_adjusted_gap', 'microprice-adjusted-gap@1', [imbalances, spreads, tick, halfLife], 1, (pool) => {
    const stream = tickStream(pool);
    const price = pool.track(new AdjustedMicroprice(stream, { imbalances, spreads, tick, halfLife }));
    return () => price.value / stream.value - 1;
  });

export const queueImbalanceNow = (): FeatureDefinition => standing('queue_imbalance', 'queue-imbalance@1', [], 1, queueImbalance);

export const quotedSpread = (): FeatureDefinition => standing('spread', 'quoted-spread@1', [], 1, (book) => book.spread);

export const relativeSpread = (): FeatureDefinition =>
  standing('spread_ratio', 'quoted-spread-ratio@1', [], 1, (book) => book.spread / book.mid);

export const bookDepth = (side: BookSideName, levels: number): FeatureDefinition =>
  standing(`depth_${side}_${levels}`, 'book-depth@1', [side, levels], levels, (book) => depthOf(book, side, levels));

export const bookDepthImbalance = (levels: number): FeatureDefinition =>
  standing(`depth_imbalance_${levels}`, 'depth-imbalance@1', [levels], levels, (book) => depthImbalance(book, levels));

export const bookDepthSlope = (side: BookSideName, levels: number): FeatureDefinition =>
  standing(`depth_slope_${side}_${levels}`, 'depth-slope@1', [side, levels], levels, (book) => depthSlope(book, side, levels));

const averaged = (name: string, formula: string, read: (averages: QuoteAverages) => number): FeatureDefinition =>
  bookFeature(name, formula, [], 1, (pool) => {
    const averages = pool.track(new QuoteAverages(tickStream(pool)));
    return () => read(averages);
  });

export const spreadMean = (): FeatureDefinition => averaged('spread_mean', 'spread-time-weighted@1', ({ spread }) => spread.value);

export const spreadRatioMean = (): FeatureDefinition =>
  averaged('spread_ratio_mean', 'spread-ratio-time-weighted@1', ({ relativeSpread: relative }) => relative.value);

export const queueImbalanceMean = (): FeatureDefinition =>
  averaged('queue_imbalance_mean', 'queue-imbalance-time-weighted@1', ({ imbalance }) => imbalance.value);

export const bookRate = (): FeatureDefinition => averaged('book_rate', 'book-rate@1', ({ value }) => value);

export const realisedVolatility = (seconds: number): FeatureDefinition =>
  bookFeature(`realised_volatility_${seconds}s`, 'realised-volatility@1', [seconds], 1, (pool) => {
    const volatility = pool.track(new RealisedVolatility(tickStream(pool), seconds));
    return () => volatility.value;
  });
