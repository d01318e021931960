import { ConsolidatedBook, DepthBook } from '@tradewind/market';
import { realData } from '@tradewind/testkit';
import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it, onTestFinished } from 'vitest';

import { definition } from '../../src/recorded/index.js';
import { surroundings } from '../acceptance/surroundings.js';

const NEVER = new AbortController().signal;
const AIG = symbolOf('AIG');
const at = (iso: string) => nanosFromMillis(Date.parse(iso));

const data = realData('lean/equity/usa');
describe.skipIf(data.absent)(`a recorded day of AIG${data.note}`, () => {
  it('gives 1,079,935 quotes, and a book that is the best of all venues after every one of them', async () => {
    const around = await surroundings();
    onTestFinished(() => around.end());
    const source = definition.open(definition.settings.parse({ path: data.path }), around.environment);
    const depth = new DepthBook();
    const consolidated = new ConsolidatedBook(AIG);
    const counts = { quotes: 0, deltas: 0, snapshots: 0, trades: 0, differing: 0 };
    for await (const ticks of source.ticks(
      { symbol: AIG, kinds: ['trades', 'quotes', 'book'], from: at('2013-10-07T04:00Z'), until: at('2013-10-08T04:00Z') },
      NEVER,
    )) {
      for (const tick of ticks) {
        if (tick.kind === 'trade') counts.trades += 1;
        else if (tick.kind === 'quote') {
          counts.quotes += 1;
          consolidated.apply(tick);
          if (!Object.is(consolidated.bestBid, depth.bestBid) || !Object.is(consolidated.bestAsk, depth.bestAsk)) counts.differing += 1;
        } else {
          counts[tick.kind === 'book-delta' ? 'deltas' : 'snapshots'] += 1;
          expect(tick.kind === 'book-delta' ? depth.applyDelta(tick) : depth.applySnapshot(tick)).toBeUndefined();
        }
      }
    }
    expect(counts).toMatchObject({ quotes: 1_079_935, snapshots: 1, trades: 25_351, differing: 0 });
    expect(counts.deltas).toBeGreaterThan(400_000);
  }, 120_000);
});
