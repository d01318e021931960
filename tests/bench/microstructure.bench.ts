import {
  type CatalogueEntry,
  createFeatureSet,
  FEATURE_CATALOGUE,
  type FeatureDefinition,
  type FeatureParameter,
  type FeatureSet,
  SymbolFeatures,
} from '@tradewind/features';
import { type BookDelta, DepthBook, type Tick } from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { type Price, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const UPDATES = 200_000;
const TRADE_EVERY = 20;
const BAR_EVERY = 5_000;
const LEVELS = 20;
const ROUNDS = 5;
const CENT = 10_000_000n;
const LOT = 100_000_000_000n;
const MIDDLE = 10_000n;
const UPDATE_NANOS = 2_000_000n;

const symbol = symbolOf('BENCH');

/** A book that wanders by a cent now and then; most changes are near the best price, as in a real one. */
const makeTicks = (): readonly Tick[] => {
  const random = seededRandom('microstructure-bench');
  const levels = (sign: bigint) =>
    Array.from({ length: LEVELS }, (_value, level) => ({
      price: ((MIDDLE + sign * BigInt(level + 1)) * CENT) as Price,
      quantity: (BigInt(random.integer(1, 20)) * LOT) as Quantity,
      orders: 0,
    }));
  const ticks: Tick[] = [{ kind: 'book-snapshot', symbol, at: 0n as UnixNanos, sequence: 0, bids: levels(-1n), asks: levels(1n) }];
  for (let index = 1; index <= UPDATES; index += 1) {
    const at = (BigInt(index) * UPDATE_NANOS) as UnixNanos;
    const side = random.next() < 0.5 ? 'BID' : 'ASK';
    const away = BigInt(Math.min(LEVELS, 1 + Math.floor(random.exponential(2))));
    const price = ((MIDDLE + (side === 'BID' ? -away : away)) * CENT) as Price;
    // The best level empties and fills again, so that the best price moves.
    const quantity = (BigInt(random.next() < 0.1 ? 0 : random.integer(1, 20)) * LOT) as Quantity;
    ticks.push({ kind: 'book-delta', symbol, at, sequence: 0, previousSequence: 0, changes: [{ side, price, quantity }] });
    if (index % TRADE_EVERY === 0)
      ticks.push({
        kind: 'trade',
        symbol,
        at,
        sequence: 0,
        price: ((MIDDLE + (side === 'BID' ? -1n : 1n)) * CENT) as Price,
        quantity: LOT as Quantity,
        aggressor: 'UNKNOWN',
        conditions: [],
        venue: '',
      });
  }
  return ticks;
};

/** Every microstructure feature of the catalogue, with its parameters as they stand when left out, for both sides where there are two. */
const microstructureSet = (): FeatureSet => {
  const define = (entry: CatalogueEntry, side: string): FeatureDefinition => {
    const values: readonly FeatureParameter[] = entry.parameters.map(({ otherwise }) => otherwise ?? side);
    return entry.define(...(values as readonly never[]));
  };
  const definitions = FEATURE_CATALOGUE.filter(({ group }) => group === 'microstructure').flatMap((entry) =>
    entry.parameters.some(({ name }) => name === 'side') ? [define(entry, 'bid'), define(entry, 'ask')] : [define(entry, '')],
  );
  return createFeatureSet({ name: 'microstructure', version: 1, definitions, modelInputs: [] });
};

const bookAlone = (ticks: readonly Tick[]): void => {
  const book = new DepthBook();
  for (const tick of ticks) {
    if (tick.kind === 'book-snapshot') book.applySnapshot(tick);
    else if (tick.kind === 'book-delta') book.applyDelta(tick as BookDelta);
  }
};

const withFeatures = (set: FeatureSet, ticks: readonly Tick[]): void => {
  const features = new SymbolFeatures(set);
  const values = new Float64Array(set.names.length);
  let updates = 0;
  for (const tick of ticks) {
    features.takeTick(tick);
    updates += 1;
    if (updates % BAR_EVERY === 0) features.update(100, 100, 100, 100, 1_000, values, Number(tick.at) / 1e9);
  }
};

const run = async (report: Report): Promise<void> => {
  const ticks = makeTicks();
  const set = microstructureSet();
  const top = createFeatureSet({
    name: 'imbalance',
    version: 1,
    definitions: set.definitions.filter(({ name }) => name === 'queue_imbalance'),
    modelInputs: [],
  });
  const perSecond = async (work: () => void): Promise<number> => ticks.length / (await fastestSeconds(ROUNDS, work));
  const alone = await perSecond(() => bookAlone(ticks));
  const one = await perSecond(() => withFeatures(top, ticks));
  const all = await perSecond(() => withFeatures(set, ticks));
  report.note(
    `${UPDATES} changes of a book of ${2 * LEVELS} levels, a trade every ${TRADE_EVERY}, a bar every ${BAR_EVERY} ticks, one thread`,
  );
  report.row('book alone', alone, 'updates/s');
  report.row('book and queue imbalance', one, 'updates/s');
  report.row(`book and ${set.names.length} microstructure features`, all, 'updates/s');
  report.ratio('cost of an update with all features / book alone', alone / all, 1);
  report.ratio('all features against the service’s 50,000 a second', all, 50_000, '20 or more');
};

export const benchmark: Benchmark = { name: 'microstructure', run };
