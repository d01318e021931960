import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCatalogue } from '@tradewind/catalogue';
import { nyseCalendar, type Tick } from '@tradewind/market';
import { discoverSources, openSources } from '@tradewind/sources';
import { realData } from '@tradewind/testkit';
import { nanosFromMillis, stateText, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it, onTestFinished } from 'vitest';

import { backfill } from '../src/data/backfill.js';
import { BackfillJournal } from '../src/data/journal.js';

const AIG = symbolOf('AIG');
const [from, until] = [nanosFromMillis(Date.UTC(2013, 9, 7)), nanosFromMillis(Date.UTC(2013, 9, 8))];
const never = new AbortController().signal;
const kindOf = ({ kind }: Tick): 'trades' | 'quotes' | 'book' => (kind === 'trade' ? 'trades' : kind === 'quote' ? 'quotes' : 'book');

const data = realData('lean/equity/usa');
describe.skipIf(data.absent)(`one recorded day of all quotes${data.note}`, () => {
  it('is in the catalogue tick for tick as the source gave it, and a second backfill asks nothing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tw-day-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const catalogue = await openCatalogue({ directory, memoryBytesMax: 512 * 1_048_576, threads: 2 });
    onTestFinished(() => catalogue.close());
    const clock = { now: () => nanosFromMillis(Date.now()) };
    const environment = { clock, log: { info: () => undefined, warn: () => undefined }, pause: () => Promise.resolve(), directory };
    const [source] = openSources(await discoverSources(), ['recorded'], { TW_SOURCE_RECORDED_PATH: data.path }, () => environment);
    const request = { symbols: [AIG], kinds: ['trades', 'quotes', 'book'] as const, interval: '1m' as const, series: [], from, until };
    const go = () =>
      backfill(request, {
        catalogue,
        source: source!,
        journal: new BackfillJournal(directory, 'recorded', data.path),
        calendar: nyseCalendar,
        clock,
        signal: never,
        pause: () => Promise.resolve(),
        onProgress: () => undefined,
        onNews: () => undefined,
      });
    const { added } = await go();
    expect(added).toBeGreaterThan(1_500_000);
    expect(await go()).toMatchObject({ chunks: 0, skipped: { done: 1 } });

    const stored = { trades: [] as Tick[], quotes: [] as Tick[], book: [] as Tick[] };
    let latest = 0n;
    for await (const { ticks } of catalogue.ticks({ symbols: [AIG], kinds: ['trades', 'quotes', 'book'], from, until })) {
      for (const tick of ticks) {
        if (tick.at < latest) throw new Error(`a ${tick.kind} of ${tick.at} comes after ${latest}`);
        latest = tick.at;
        stored[kindOf(tick)].push(tick);
      }
    }
    const next = { trades: 0, quotes: 0, book: 0 };
    for await (const ticks of source!.ticks({ symbol: AIG, kinds: ['trades', 'quotes', 'book'], from, until }, never)) {
      for (const tick of ticks) {
        const kind = kindOf(tick);
        const same = stored[kind][next[kind]];
        if (same === undefined || stateText(same) !== stateText(tick)) expect(same).toEqual(tick);
        next[kind] += 1;
      }
    }
    expect(next).toEqual({ trades: stored.trades.length, quotes: stored.quotes.length, book: stored.book.length });
    expect(next.trades + next.quotes + next.book).toBe(added);
  }, 180_000);
});
