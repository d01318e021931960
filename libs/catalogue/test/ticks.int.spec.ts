import { type Price, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { type Tick } from '@tradewind/market';
import { describe, expect, it } from 'vitest';

import type { TickBatch, TickSelection } from '../src/index.js';
import { at, delta, folder, opened, quote, snapshot, trade } from './fixtures.js';

const SPY = symbolOf('SPY');
const AIG = symbolOf('AIG');
const DAY = at('2013-10-07T00:00:00Z');
const later = (nanos: number): UnixNanos => (DAY + BigInt(nanos)) as UnixNanos;
const WHOLE = { from: DAY, until: at('2013-10-10') } as const;

const read = async (batches: AsyncIterable<TickBatch>): Promise<readonly Tick[]> =>
  (await Array.fromAsync(batches)).flatMap(({ ticks }) => ticks);

describe('ticks in the catalogue', () => {
  it('come back whole, merged by time, the book before quotes before trades at one instant', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const ticks: readonly Tick[] = [
      snapshot('AIG', later(1), 1, 3),
      quote('AIG', later(1), '48.5', '48.51', { sequence: 7, venue: 'NYSE' }),
      quote('SPY', later(1), '0', '145.2', { bidQuantity: quantity('0') }),
      trade('AIG', later(1), '48.505', {
        conditions: ['@', ' ', 'I"'],
        aggressor: 'SELLER',
        venue: 'ARCA',
        quantity: quantity('0.000000001'),
      }),
      delta('AIG', later(2), 2, [
        { side: 'BID', price: 100n as Price, quantity: quantity('0') },
        { side: 'ASK', price: price('1'), quantity: quantity('9') },
      ]),
      delta('AIG', later(3), 3),
      snapshot('AIG', later(86_400_000_000_001), 4, 0),
    ];
    const writer = await open.catalogue.writer();
    expect(await writer.writeTicks([[ticks[3]!], ticks.filter((_, index) => index !== 3)], { source: 'hand' })).toMatchObject({
      added: 7,
      duplicates: 0,
    });
    writer.close();
    const found = await read(open.catalogue.ticks({ symbols: [AIG, SPY], kinds: ['trades', 'quotes', 'book'], ...WHOLE }));
    expect(found).toEqual(ticks);
    const middle = { symbols: [AIG], kinds: ['book', 'trades'], from: later(2), until: later(3) } as const;
    expect(await read(open.catalogue.ticks(middle))).toEqual([ticks[4]]);
  });

  it('written again change nothing; equal ticks of one instant are as many as arrived together', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const twice = [trade('AIG', later(5), '48'), trade('AIG', later(5), '48'), trade('AIG', later(9), '48')];
    const book = [
      snapshot('AIG', later(1), 1),
      delta('AIG', later(1), 2, [{ side: 'ASK', price: price('2'), quantity: quantity('1') }]),
      delta('AIG', later(1), 3),
    ];
    const writer = await open.catalogue.writer();
    await writer.writeTicks([[...twice, ...book]], { source: 'hand' });
    expect(await writer.writeTicks([[...twice, ...book]], { source: 'hand' })).toEqual({
      added: 0,
      superseded: 0,
      duplicates: 6,
      changed: [],
    });
    const more = [
      ...book,
      delta('AIG', later(1), 3, [{ side: 'BID', price: price('3'), quantity: quantity('1') }]),
      delta('AIG', later(4), 4),
    ];
    expect(await writer.writeTicks([[...twice, ...twice, trade('AIG', later(1), '1')], more], { source: 'hand' })).toMatchObject({
      added: 3 + 1 + 2,
    });
    writer.close();
    const found = await read(open.catalogue.ticks({ symbols: [AIG], kinds: ['book'], ...WHOLE }));
    expect(found).toEqual(more);
  });

  it('keep the order in which a book was told, even where its stamps go back', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const told = [snapshot('AIG', later(10), 1), delta('AIG', later(9), 2), delta('AIG', later(12), 3)];
    const writer = await open.catalogue.writer();
    await writer.writeTicks([told], { source: 'hand' });
    await writer.writeTicks([[delta('AIG', later(20), 4), quote('AIG', later(11), '1', '2')]], { source: 'hand' });
    writer.close();
    const found = await read(open.catalogue.ticks({ symbols: [AIG], kinds: ['book', 'quotes'], ...WHOLE }));
    expect(found.map(({ sequence, kind }) => (kind === 'quote' ? 'quote' : sequence))).toEqual([1, 2, 'quote', 3, 4]);
  });

  it('go on after a cursor exactly where the reading stopped, at every place', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const ticks: Tick[] = Array.from({ length: 9_000 }, (_, n) => trade('AIG', later(Math.floor(n / 5)), '1', { sequence: n }));
    const quotes: Tick[] = Array.from({ length: 2_000 }, (_, n) => quote('SPY', later(n), '1', '2', { sequence: n }));
    const writer = await open.catalogue.writer();
    await writer.writeTicks([ticks, quotes], { source: 'hand' });
    writer.close();
    const selection: TickSelection = { symbols: [AIG, SPY], kinds: ['trades', 'quotes'], ...WHOLE };
    const batches = await Array.fromAsync(open.catalogue.ticks(selection));
    const all = batches.flatMap((batch) => batch.ticks);
    expect(all).toHaveLength(11_000);
    expect(batches.length).toBeGreaterThan(2);
    let before = 0;
    for (const { ticks: read_, cursor } of batches) {
      before += read_.length;
      expect(await read(open.catalogue.ticks({ ...selection, after: cursor }))).toEqual(all.slice(before));
    }
    // Inside an instant: five trades and a quote share it.
    const [first] = await Array.fromAsync(open.catalogue.ticks({ ...selection, after: { at: later(7), count: 3 } }));
    expect(first!.ticks[0]).toEqual(all[6 * 7 + 3]);
  });

  it('of samples are kept apart from the events of the book', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeTicks([[snapshot('AIG', later(1), 1)]], { source: 'hand', samples: true });
    await expect(writer.writeTicks([[trade('AIG', later(1), '1')]], { source: 'hand', samples: true })).rejects.toMatchObject({
      code: 'UNSTORABLE',
    });
    writer.close();
    expect((await open.catalogue.ls()).map(({ name, items }) => [name, items])).toEqual([['samples/AIG', 1]]);
    expect(await read(open.catalogue.ticks({ symbols: [AIG], kinds: ['book'], ...WHOLE }))).toEqual([]);
    expect(await read(open.catalogue.ticks({ symbols: [AIG], kinds: ['samples'], ...WHOLE }))).toHaveLength(1);
  });
});
