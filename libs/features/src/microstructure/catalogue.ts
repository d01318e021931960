import type { CatalogueEntry, ParameterSpec } from '../catalogue/entry.js';
import {
  adjustedMicropriceGap,
  bookDepth,
  bookDepthImbalance,
  bookDepthSlope,
  bookRate,
  micropriceGap,
  midPrice,
  orderFlowAtLevel,
  orderFlowExplained,
  orderFlowImbalance,
  orderFlowImpact,
  orderFlowRatio,
  queueImbalanceMean,
  queueImbalanceNow,
  quotedSpread,
  realisedVolatility,
  relativeSpread,
  spreadMean,
  spreadRatioMean,
} from './book-features.js';
import {
  amihud,
  effectiveSpread,
  kyleLambda,
  realisedSpread,
  rollSpread,
  signedVolume,
  tradeImbalance,
  tradeSignMean,
  vpin,
} from './trade-features.js';

const LEVELS_MAX = 10;
const BARS_MAX = 10_000;
const SECONDS_MAX = 3_600;

const whole = (name: string, min: number, max: number, otherwise: number): ParameterSpec => ({
  name,
  rule: { kind: 'integer', min, max },
  otherwise,
});
const levels = whole('levels', 1, LEVELS_MAX, 5);
const bars = (otherwise: number, min = 1): ParameterSpec => whole('bars', min, BARS_MAX, otherwise);
const seconds = (otherwise: number): ParameterSpec => whole('seconds', 1, SECONDS_MAX, otherwise);
const side: ParameterSpec = { name: 'side', rule: { kind: 'choice', choices: ['bid', 'ask'] } };

type Define = CatalogueEntry['define'];

const entry = (
  name: string,
  summary: string,
  convention: string,
  parameters: readonly ParameterSpec[],
  define: Define,
): CatalogueEntry => ({
  name,
  group: 'microstructure',
  summary,
  convention,
  parameters,
  define,
});

const EACH_MESSAGE = 'each message of the source is one change of the book';
const SIGNS = 'the venue’s aggressor, else Lee and Ready without delay';

const BOOK_ENTRIES: readonly CatalogueEntry[] = [
  entry('ofi', 'Order-flow imbalance of the bar over the best levels, in units.', EACH_MESSAGE, [levels], orderFlowImbalance),
  entry('ofi_ratio', 'Order-flow imbalance of some bars / mean depth of a level.', EACH_MESSAGE, [levels, bars(1)], orderFlowRatio),
  entry(
    'ofi_level',
    'Order-flow imbalance of the bar at one level / mean depth.',
    EACH_MESSAGE,
    [whole('level', 1, LEVELS_MAX, 1)],
    orderFlowAtLevel,
  ),
  entry(
    'ofi_impact',
    'Price change for a unit of order-flow imbalance: slope over bars.',
    'least squares with intercept',
    [bars(60, 3)],
    orderFlowImpact,
  ),
  entry(
    'ofi_explained',
    'R² of the price change on order-flow imbalance over bars, in [0, 1].',
    'least squares with intercept',
    [bars(60, 3)],
    orderFlowExplained,
  ),
  entry('mid_price', 'Middle of the best prices at the close, in price.', '', [], midPrice),
  entry('microprice_gap', 'Size-weighted middle / middle − 1 at the close.', 'weights are the sizes of the other side', [], micropriceGap),
  entry(
    'microprice_adjusted_gap',
    'Price expected in the long run / middle − 1 at the close, from moves counted so far.',
    'Stoikov’s micro-price, a state and its mirror image as one',
    [
      whole('imbalances', 2, 20, 10),
      whole('spreads', 1, 10, 3),
      { name: 'tick', rule: { kind: 'number', min: 1e-9, max: 1e6 }, otherwise: 0.01 },
      whole('half_life', 100, 1e9, 50_000),
    ],
    adjustedMicropriceGap,
  ),
  entry('queue_imbalance', '(bid − ask) / (bid + ask) size at the best prices at the close, in [-1, 1].', '', [], queueImbalanceNow),
  entry('queue_imbalance_mean', 'Queue imbalance weighted by time over the bar.', 'from the bar’s first change on', [], queueImbalanceMean),
  entry('spread', 'Best ask − best bid at the close, in price.', '', [], quotedSpread),
  entry('spread_ratio', 'Spread / middle at the close.', '', [], relativeSpread),
  entry('spread_mean', 'Spread weighted by time over the bar, in price.', 'from the bar’s first change on', [], spreadMean),
  entry('spread_ratio_mean', 'Spread / middle weighted by time over the bar.', 'from the bar’s first change on', [], spreadRatioMean),
  entry('depth', 'Units on the best levels of a side at the close.', '', [side, levels], bookDepth),
  entry('depth_imbalance', '(bid − ask) / (bid + ask) depth over levels at the close, in [-1, 1].', '', [levels], bookDepthImbalance),
  entry(
    'depth_slope',
    'Units per basis point by which a side thickens away from the middle.',
    'line through the origin',
    [side, levels],
    bookDepthSlope,
  ),
  entry('book_rate', 'Changes of the book a second over the bar.', 'from the bar’s first change on, at least a second', [], bookRate),
  entry(
    'realised_volatility',
    'Root of the realised variance of the middle over the bar.',
    'read on a grid',
    [seconds(1)],
    realisedVolatility,
  ),
];

const TRADE_ENTRIES: readonly CatalogueEntry[] = [
  entry('signed_volume', 'Units bought − units sold in the bar.', SIGNS, [], signedVolume),
  entry('trade_imbalance', '(bought − sold) / all units over bars, in [-1, 1].', SIGNS, [bars(1)], tradeImbalance),
  entry('trade_sign', 'Mean sign of the trades over bars, in [-1, 1].', SIGNS, [bars(1)], tradeSignMean),
  entry('effective_spread', 'What takers paid round trip / middle, weighted by size.', SIGNS, [], effectiveSpread),
  entry('realised_spread', 'What was left of it after a delay / middle, weighted by size.', SIGNS, [seconds(5)], realisedSpread),
  entry(
    'vpin',
    'Probability of informed trading from volume buckets, in [0, 1].',
    'bulk classification with the past’s deviation',
    [whole('bucket_volume', 1, 1e12, 10_000), whole('buckets', 1, BARS_MAX, 50), seconds(60)],
    vpin,
  ),
  entry(
    'kyle_lambda',
    'Price change for a unit of signed volume: slope over bars.',
    'least squares with intercept',
    [bars(60, 3)],
    kyleLambda,
  ),
  entry(
    'roll_spread',
    'Spread / price from the bounce of trade prices.',
    'population covariance, 0 in a trend',
    [whole('trades', 2, BARS_MAX, 200)],
    rollSpread,
  ),
  entry('amihud', 'Mean |return| for a million of the currency traded, over bars.', 'bars without volume left out', [bars(20)], amihud),
];

/** What set files can name of the market's microstructure. */
export const MICROSTRUCTURE_ENTRIES: readonly CatalogueEntry[] = [...BOOK_ENTRIES, ...TRADE_ENTRIES];
