import { symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import type { RecordSelection } from '../src/index.js';
import { at, bar, collect, folder, opened, record } from './fixtures.js';

const AAPL = symbolOf('AAPL');
const EPS = [
  record('fundamental/eps', '2020-03-31', '2020-04-30T20:30:00Z', 2.5, { symbol: AAPL }),
  record('fundamental/eps', '2020-06-30', '2020-07-30T20:30:00Z', 3, { symbol: AAPL }),
  // A late revision of the older quarter must not pass for the news of the latest.
  record('fundamental/eps', '2020-03-31', '2020-08-15T12:00:00Z', 2.6, { symbol: AAPL }),
];
const RATES = [
  record('macro/DGS10', '2020-04-30', '2020-05-01T21:00:00Z', 0.64),
  record('macro/DGS10', '2021-01-04', '2021-01-05T21:00:00Z', Number.NaN, { text: 'holiday' }),
];

describe('records as they were known', () => {
  it('are never seen before their known-at time, by any question the catalogue can be asked', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeRecords([EPS, RATES]);
    writer.close();
    const { catalogue } = open;
    const ids = async (selection: RecordSelection) => (await collect(catalogue.records(selection))).map(({ id }) => id);
    expect(await ids({ asOf: at('2020-04-30T20:29:59.999Z') })).toEqual([]);
    expect(await ids({ asOf: at('2020-04-30T20:30:00Z') })).toEqual([EPS[0]!.id]);
    expect(await ids({ asOf: at('2020-12-31') })).toEqual([EPS[0]!, RATES[0]!, EPS[1]!, EPS[2]!].map(({ id }) => id));
    expect(await ids({ asOf: at('2022-01-01'), series: ['macro/'] })).toEqual(RATES.map(({ id }) => id));
    expect(await ids({ asOf: at('2022-01-01'), symbols: [symbolOf('MSFT')] })).toEqual(RATES.map(({ id }) => id));
    expect(await ids({ asOf: at('2020-12-31'), knownFrom: at('2020-07-30T20:30:00Z') })).toEqual([EPS[1]!.id, EPS[2]!.id]);
    expect(await collect(catalogue.records({ asOf: at('2022-01-01'), series: ['macro/DGS10'] }))).toEqual(RATES);

    const asked = await catalogue.query('SELECT count(*), max(known_at)::VARCHAR FROM records', { asOf: at('2020-05-02') });
    expect(asked.rows).toEqual([['2', '2020-05-01 21:00:00']]);
    await expect(catalogue.query('SELECT * FROM records')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    for (const path of [`${place.path}/records/*/*.parquet`, `${place.path}/bars/../records/*/*.parquet`])
      await expect(catalogue.query(`SELECT * FROM read_parquet('${path}')`, { asOf: at('2020-05-02') })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      });
  });

  it('joined to bars are the latest known at each close, by event and in the latest revision', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeRecords([EPS, RATES]);
    const closes = ['2020-04-30T20:00:00Z', '2020-04-30T20:30:00Z', '2020-05-04T20:00:00Z', '2020-07-31T20:00:00Z', '2020-08-17T20:00:00Z'];
    await writer.writeBars([closes.map((close) => bar('AAPL', '1h', close, '75'))]);
    await writer.writeBars([[bar('MSFT', '1h', closes[4]!, '200')]]);
    writer.close();
    const selection = { symbols: [symbolOf('MSFT'), AAPL], interval: '1h', from: at('2020-01-01'), until: at('2021-01-01') } as const;
    const found = await collect(open.catalogue.informedBars(selection, ['fundamental/eps', 'macro/DGS10', 'macro/none']));
    expect(
      found.map(({ bar: { symbol }, known }) => [
        symbol,
        known['fundamental/eps']?.value,
        known['macro/DGS10']?.value,
        known['macro/none'],
      ]),
    ).toEqual([
      ['AAPL', undefined, undefined, undefined],
      ['AAPL', 2.5, undefined, undefined],
      ['AAPL', 2.5, 0.64, undefined],
      ['AAPL', 3, 0.64, undefined],
      ['MSFT', undefined, 0.64, undefined],
      ['AAPL', 3, 0.64, undefined],
    ]);
  });

  it('are superseded by id, keep the old version, and refuse a series that no folder can be named after', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeRecords([RATES]);
    expect(await writer.writeRecords([RATES])).toMatchObject({ added: 0, superseded: 0, duplicates: 2 });
    expect(await writer.writeRecords([[{ ...RATES[0]!, value: 0.65 }]])).toMatchObject({ added: 0, superseded: 1 });
    for (const series of ['../x', 'a//b', 'a+b', ''])
      await expect(writer.writeRecords([[{ ...RATES[0]!, series }]])).rejects.toMatchObject({ code: 'UNSTORABLE' });
    writer.close();
    expect((await collect(open.catalogue.records({ asOf: at('2022-01-01') }))).map(({ value }) => value)).toEqual([0.65, Number.NaN]);
    expect(await open.catalogue.ls()).toMatchObject([{ name: 'records/macro/DGS10', items: 2, superseded: 1 }]);
  });
});
