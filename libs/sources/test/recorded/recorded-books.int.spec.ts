import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { DepthBook, parseLobsterBooks, type Tick } from '@tradewind/market';
import { realData } from '@tradewind/testkit';
import { nanosFromMillis, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it, onTestFinished } from 'vitest';

import { definition } from '../../src/recorded/index.js';
import { collect, surroundings } from '../acceptance/surroundings.js';

const NEVER = new AbortController().signal;
const at = (iso: string): UnixNanos => nanosFromMillis(Date.parse(iso));
const ES = symbolOf('ESH4');
const AAPL = symbolOf('AAPL');

const ticksOf = async (path: string, symbol: typeof ES, kinds: readonly ('trades' | 'book')[], day: string): Promise<readonly Tick[]> => {
  const around = await surroundings();
  onTestFinished(() => around.end());
  const source = definition.open(definition.settings.parse({ path }), around.environment);
  const { rows } = await collect(
    source.ticks({ symbol, kinds, from: at(day), until: (at(day) + 86_400_000_000_000n) as UnixNanos }, NEVER),
  );
  expect(around.logged).toEqual([]);
  return rows;
};

const databento = realData('orderbook/databento');
describe.skipIf(databento.absent)(`CME ES by order${databento.note}`, () => {
  it('gives the same trades and the same book from its text and its binary form, without a gap', async () => {
    const [text, binary] = await Promise.all(
      ['csv.gz', 'dbn.zst'].map((form) =>
        ticksOf(`${databento.path}/esh4-glbx-mdp3-20231225.mbo.${form}`, ES, ['trades', 'book'], '2023-12-25'),
      ),
    );
    expect(binary).toEqual(text);
    const book = new DepthBook();
    for (const tick of text!) {
      if (tick.kind === 'book-snapshot') expect(book.applySnapshot(tick)).toBeUndefined();
      if (tick.kind === 'book-delta') expect(book.applyDelta(tick)).toBeUndefined();
    }
    expect(book.spread).toBeGreaterThan(0);
    expect(new Set(text!.map(({ kind }) => kind))).toEqual(new Set(['trade', 'book-snapshot', 'book-delta']));
  }, 60_000);
});

const lobster = realData('orderbook/lobster');
describe.skipIf(lobster.absent)(`AAPL by LOBSTER${lobster.note}`, () => {
  it('gives a book that is the file of books after every message that changes it', async () => {
    const ticks = await ticksOf(lobster.path, AAPL, ['book'], '2012-06-21');
    const rows = parseLobsterBooks(
      gunzipSync(readFileSync(`${lobster.path}/AAPL_2012-06-21_orderbook_50_first672.csv.gz`)).toString('utf8'),
    ).rows;
    const best = (units: readonly (readonly [number, number])[]): string =>
      units
        .slice(0, 10)
        .map(([price, quantity]) => `${price / 10_000} x ${quantity}`)
        .join(', ');
    const expected = new Set(rows.map(({ bids, asks }) => `${best(bids)} | ${best(asks)}`));
    const book = new DepthBook();
    const side = (name: 'BID' | 'ASK'): string =>
      Array.from({ length: 10 }, (_, level) => `${book.priceAt(name, level)} x ${book.sizeAt(name, level)}`).join(', ');
    let seen = 0;
    for (const tick of ticks) {
      if (tick.kind === 'book-snapshot') book.applySnapshot(tick);
      else if (tick.kind === 'book-delta') expect(book.applyDelta(tick)).toBeUndefined();
      expect(expected).toContain(`${side('BID')} | ${side('ASK')}`);
      seen += 1;
    }
    expect(seen).toBeGreaterThan(500);
  });

  it('gives the executions of the half hour, hidden ones too, with who took', async () => {
    const trades = await ticksOf(lobster.path, AAPL, ['trades'], '2012-06-21');
    expect(trades.length).toBeGreaterThan(1_000);
    expect(new Set(trades.map((tick) => (tick.kind === 'trade' ? tick.aggressor : tick.kind)))).toEqual(new Set(['BUYER', 'SELLER']));
  });
});
