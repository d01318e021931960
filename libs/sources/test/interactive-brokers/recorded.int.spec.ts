import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import type { Bar, Quote, Tick } from '@tradewind/market';
import { realData } from '@tradewind/testkit';
import { price, quantity } from '@tradewind/vocabulary';

import { NEVER } from '../acceptance/request-cases.js';
import { collect, until } from '../acceptance/surroundings.js';
import { startBench } from './bench-of-one.js';
import { AAPL, at, instrumentOf, SPY } from './tws-venue.js';

const read = (path: string): string => gunzipSync(readFileSync(path)).toString('utf8');
const lines = <T>(path: string): readonly T[] =>
  read(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
const decimal = (value: number): string => String(value);
const seconds = (text: string): number => Math.floor(Date.parse(text) / 1000);

interface RecordedTick {
  readonly time: string;
  readonly price: number;
  readonly size: number;
  readonly tickType: number;
}

const stream = realData('wire', 'ib', 'streaming', 'tick_data.json.gz');
describe.skipIf(stream.absent)(`the 14,027 ticks that were recorded of a stream of TWS${stream.note}`, () => {
  const EMPTY: Quote = {
    kind: 'quote',
    symbol: AAPL,
    at: at(1),
    sequence: 0,
    bidPrice: price('0'),
    bidQuantity: quantity('0'),
    askPrice: price('0'),
    askQuantity: quantity('0'),
    venue: '',
  };

  /** Quotes and trades as the single ticks make them: sizes 0 and 3, prices with sizes 1, 2 and 4, a size alone (5) is a sale at the last price. */
  const replayed = (): readonly Tick[] => {
    const made: Tick[] = [];
    let quote = EMPTY;
    let last = 0;
    for (const { time, price: value, size, tickType } of JSON.parse(read(stream.path)) as readonly RecordedTick[]) {
      const moment = at(seconds(time));
      const amount = quantity(decimal(size));
      if (tickType === 4) last = value;
      if ((tickType === 4 || tickType === 5) && last > 0) {
        made.push({
          kind: 'trade',
          symbol: AAPL,
          at: moment,
          sequence: 0,
          price: price(decimal(last)),
          quantity: amount,
          aggressor: 'UNKNOWN',
          conditions: [],
          venue: '',
        });
      }
      if (tickType > 3) continue;
      const bid =
        tickType < 2 ? { bidPrice: price(decimal(value)), bidQuantity: amount } : { askPrice: price(decimal(value)), askQuantity: amount };
      quote = { ...quote, ...bid, at: moment };
      made.push(quote);
    }
    return made;
  };

  it('all arrive tick by tick, in order and to the last field', async () => {
    const { server, sink, live } = await startBench({ heartbeatMs: '5000' });
    await live();
    const sent = replayed();
    expect(sent.length).toBeGreaterThan(10_000);
    const apple = instrumentOf(server, AAPL);
    for (const tick of sent) {
      if (tick.kind === 'quote') apple.publishQuote(tick);
      if (tick.kind === 'trade') apple.publishTrade({ ...tick, exchange: '', conditions: '', pastLimit: false, unreported: false });
    }
    await until('all arrive', () => sink.ticks.length === sent.length);
    expect(sink.ticks).toEqual(sent);
    expect(sink.faults).toEqual([]);
  });

  it('as market data give every trade and end with the same quote', async () => {
    const { server, sink, live } = await startBench({ heartbeatMs: '5000' }, { limits: { tickByTickMax: 0, messagesPerSecondMax: 1000 } });
    await live();
    const sent = replayed();
    const apple = instrumentOf(server, AAPL);
    for (const tick of sent) {
      if (tick.kind === 'quote') apple.publishQuote(tick);
      if (tick.kind === 'trade') apple.publishTrade({ ...tick, exchange: '', conditions: '', pastLimit: false, unreported: false });
    }
    const trades = (ticks: readonly Tick[]): readonly Tick[] => ticks.filter(({ kind }) => kind === 'trade');
    await until('all trades arrive', () => trades(sink.ticks).length === trades(sent).length);
    expect(trades(sink.ticks)).toEqual(trades(sent));
    const lastSent = sent.findLast((tick) => tick.kind === 'quote')!;
    await until('the last quote arrives', () => {
      const arrived = sink.ticks.findLast((tick) => tick.kind === 'quote');
      return arrived !== undefined && JSON.stringify({ ...arrived, at: 0 }, bigints) === JSON.stringify({ ...lastSent, at: 0 }, bigints);
    });
  });
});

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

interface RecordedBar {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}
interface RecordedQuote {
  readonly time: string;
  readonly priceBid: number;
  readonly priceAsk: number;
  readonly sizeBid: number;
  readonly sizeAsk: number;
}

const history = realData('wire', 'ib', 'responses', 'historic');
describe.skipIf(history.absent)(`the answers to requests for history that were recorded of TWS${history.note}`, () => {
  it('bars: all 405 come back, to the last digit', async () => {
    const recorded = lines<RecordedBar>(`${history.path}/bars.json.gz`);
    const { server, source } = await startBench({ regularHours: 'false' });
    const time = (bar: RecordedBar): number => seconds(`${bar.date}Z`);
    const text = (bar: RecordedBar): readonly string[] => [bar.open, bar.high, bar.low, bar.close, bar.volume].map(decimal);
    instrumentOf(server, SPY).loadBars(
      60,
      recorded.map((bar) => {
        const [open, high, low, close] = [
          price(decimal(bar.open)),
          price(decimal(bar.high)),
          price(decimal(bar.low)),
          price(decimal(bar.close)),
        ];
        return { at: at(time(bar)), open, high, low, close, volume: quantity(decimal(bar.volume)), average: close, count: 1 };
      }),
    );
    const from = at(time(recorded[0]!));
    const { rows } = await collect<Bar>(source.bars({ symbol: SPY, interval: '1m', from, until: at(time(recorded.at(-1)!) + 61) }, NEVER));
    expect(rows.map(({ openTime }) => openTime)).toEqual(recorded.map((bar) => at(time(bar))));
    expect(rows.map((bar) => [bar.open, bar.high, bar.low, bar.close])).toEqual(recorded.map((bar) => text(bar).slice(0, 4).map(price)));
    expect(rows.map(({ volume }) => volume)).toEqual(recorded.map(({ volume }) => quantity(decimal(volume))));
  });

  it('quotes: all 1,003 come back, over the border of a page', async () => {
    const recorded = lines<RecordedQuote>(`${history.path}/bid_ask_ticks.json.gz`);
    const { server, source } = await startBench({ regularHours: 'false' });
    const sent = recorded.map((one) => ({
      at: at(seconds(one.time)),
      bidPrice: price(decimal(one.priceBid)),
      bidQuantity: quantity(decimal(one.sizeBid)),
      askPrice: price(decimal(one.priceAsk)),
      askQuantity: quantity(decimal(one.sizeAsk)),
    }));
    instrumentOf(server, AAPL).loadQuotes(sent);
    const { rows } = await collect<Tick>(
      source.ticks({ symbol: AAPL, kinds: ['quotes'], from: sent[0]!.at, until: at(seconds(recorded.at(-1)!.time) + 1) }, NEVER),
    );
    expect(rows).toEqual(sent.map((one) => expect.objectContaining(one) as unknown));
  });
});
