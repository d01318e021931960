import { quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { at, bar, collect, folder, opened } from './fixtures.js';

const SPY = symbolOf('SPY');
const QQQ = symbolOf('QQQ');
const ALL = { from: at('2000-01-01'), until: at('2030-01-01') } as const;

describe('bars in the catalogue', () => {
  it('come back to the last digit, in order of time and then of the symbols asked for', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const bars = [
      bar('SPY', '1m', '2013-10-07T13:32:00Z', '145.123456789', { volume: quantity('123456789012.000000001') }),
      bar('SPY', '1m', '2013-10-07T13:31:00Z', '-0.000000001', { volume: quantity('-3.5') }),
      bar('QQQ', '1m', '2013-10-07T13:31:00Z', '80'),
      bar('QQQ', '1m', '2014-10-07T13:31:00.123Z', '80', { id: 'bar/QQQ/1m/odd', source: 'other' }),
    ];
    const writer = await open.catalogue.writer();
    expect(await writer.writeBars([bars])).toMatchObject({
      added: 4,
      superseded: 0,
      duplicates: 0,
      changed: ['bars/SPY/1m/2013', 'bars/QQQ/1m/2013', 'bars/QQQ/1m/2014'],
    });
    writer.close();
    const found = await collect(open.catalogue.bars({ symbols: [QQQ, SPY], interval: '1m', ...ALL }));
    expect(found).toEqual([bars[2], bars[1], bars[0], bars[3]]);
    const columns = [];
    for await (const batch of open.catalogue.barColumns({ symbols: [SPY], interval: '1m', ...ALL })) columns.push(batch);
    expect(columns).toHaveLength(1);
    expect([...columns[0]!.close]).toEqual([-1n, 145_123_456_789n]);
    expect([...columns[0]!.volume]).toEqual([-3n, 123_456_789_012n]);
    expect([...columns[0]!.volumeFraction]).toEqual([-500_000_000, 1]);
  });

  it('closes lie in [from, until)', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const times = ['2013-12-31T21:00:00Z', '2014-01-02T21:00:00Z', '2014-01-03T21:00:00Z'];
    const writer = await open.catalogue.writer();
    await writer.writeBars([times.map((time) => bar('SPY', '1d', time, '1'))]);
    writer.close();
    const between = async (from: string, until: string) =>
      (await collect(open.catalogue.bars({ symbols: [SPY], interval: '1d', from: at(from), until: at(until) }))).map((one) =>
        one.id.slice(-10),
      );
    expect(await between(times[0]!, times[2]!)).toEqual(['2013-12-31', '2014-01-02']);
    expect(await between(times[1]!, times[1]!)).toEqual([]);
    expect(await between('2014-01-01T00:00:00Z', '2040-01-01T00:00:00Z')).toEqual(['2014-01-02', '2014-01-03']);
  });

  it('written again change nothing, not even a file; another source that says the same is no news', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const bars = [bar('SPY', '1d', '2013-10-07T20:00:00Z', '10'), bar('SPY', '1d', '2013-10-08T20:00:00Z', '11')];
    const writer = await open.catalogue.writer();
    await writer.writeBars([bars]);
    const before = await open.catalogue.ls();
    expect(await writer.writeBars([bars, bars.map((one) => ({ ...one, source: 'another' }))])).toEqual({
      added: 0,
      superseded: 0,
      duplicates: 4,
      changed: [],
    });
    writer.close();
    expect(await open.catalogue.ls()).toEqual(before);
  });

  it('are superseded by a bar with the same id, and the old version is kept', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const [first, second, third] = ['10', '11', '12'].map((close) => bar('SPY', '1d', '2013-10-07T20:00:00Z', close));
    const writer = await open.catalogue.writer();
    await writer.writeBars([[first!]]);
    expect(await writer.writeBars([[second!]])).toMatchObject({ added: 0, superseded: 1, duplicates: 0 });
    expect(await writer.writeBars([[third!]])).toMatchObject({ superseded: 1 });
    writer.close();
    expect(await collect(open.catalogue.bars({ symbols: [SPY], interval: '1d', ...ALL }))).toEqual([third]);
    expect(await open.catalogue.ls()).toMatchObject([{ name: 'bars/SPY/1d', items: 1, superseded: 2, files: 2 }]);
    expect(await Array.fromAsync(open.catalogue.verify())).toEqual([]);
  });

  it('of many symbols are merged alike whatever the slabs are', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const start = at('2013-01-01');
    const symbols = ['A', 'B', 'C'].map(symbolOf);
    const perSymbol = 150_000;
    const writer = await open.catalogue.writer();
    for (const [index, symbol] of symbols.entries()) {
      const bars = Array.from({ length: perSymbol }, (_, n) => {
        const closeTime = (start + BigInt(n + 1) * 60_000_000_000n + BigInt(index % 2)) as UnixNanos;
        return {
          ...bar(symbol, '1m', '2013-01-01', '1'),
          id: `bar/${symbol}/1m/${new Date(Number(closeTime / 1_000_000n)).toISOString()}`,
          closeTime,
        };
      });
      await writer.writeBars([bars]);
    }
    writer.close();
    let rows = 0;
    let previous = 0n;
    for await (const batch of open.catalogue.barColumns({ symbols, interval: '1m', ...ALL })) {
      for (let row = 0; row < batch.length; row += 1) {
        const key = batch.closeTime[row]! * 4n + BigInt(batch.symbol[row]!);
        if (key <= previous) throw new Error(`row ${rows + row} is out of order`);
        previous = key;
      }
      rows += batch.length;
    }
    expect(rows).toBe(perSymbol * symbols.length);
  });

  it('refuses a price without room in 64 bits, a strange id and a symbol named twice', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await expect(writer.writeBars([[bar('SPY', '1d', '2013-10-07T20:00:00Z', '10000000000')]])).rejects.toMatchObject({
      code: 'UNSTORABLE',
    });
    await expect(writer.writeBars([[bar('SPY', '1d', '2013-10-07T20:00:00Z', '1', { id: 'x' })]])).rejects.toMatchObject({
      code: 'UNSTORABLE',
    });
    writer.close();
    expect(await open.catalogue.ls()).toEqual([]);
    await expect(collect(open.catalogue.bars({ symbols: [SPY, SPY], interval: '1d', ...ALL }))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});
