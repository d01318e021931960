import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCatalogue } from '@tradewind/catalogue';
import type { AssembledStep, Bar, Tick } from '@tradewind/market';
import { nanosFromMillis, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { LiveMetrics } from '../src/live-metrics.js';
import { LiveRecording, type LiveRecordingParts } from '../src/live-recording.js';

const AAPL = symbolOf('AAPL');
const SPY = symbolOf('SPY');
const OPTIONS = { memoryBytesMax: 128 * 1024 * 1024, threads: 1 };
const at = (second: number): UnixNanos => nanosFromMillis(Date.UTC(2024, 2, 4, 15, 0, second));
const from = at(0);
const until = at(59);

const trade = (symbol: typeof AAPL, second: number, sequence: number): Tick => ({
  kind: 'trade',
  symbol,
  at: at(second),
  sequence,
  price: price('10'),
  quantity: quantity('5'),
  aggressor: 'BUYER',
  conditions: [],
  venue: '',
});
const quote = (symbol: typeof AAPL, second: number, sequence: number): Tick => ({
  kind: 'quote',
  symbol,
  at: at(second),
  sequence,
  bidPrice: price('9'),
  bidQuantity: quantity('1'),
  askPrice: price('11'),
  askQuantity: quantity('1'),
  venue: '',
});
const bar = (close: number): Bar => ({
  id: `bar/AAPL/10s/2024-03-04T15:00:${close}.000Z`,
  symbol: AAPL,
  interval: '10s',
  openTime: at(close - 10),
  closeTime: at(close),
  open: price('10'),
  high: price('10'),
  low: price('10'),
  close: price('10'),
  volume: quantity('10'),
  source: 'simulated',
  warmUp: false,
});
const step = (close: number, bars: readonly Bar[], incomplete: readonly (typeof AAPL)[] = []): AssembledStep => ({
  kind: 'step',
  step: close / 10,
  at: at(close),
  bars,
  lowQuality: [],
  faults: incomplete.map((symbol) => ({
    id: `qf/${symbol}`,
    symbol,
    at: at(close),
    code: 'BAR_INCOMPLETE',
    field: 'openTime',
    rule: 'whole',
    source: 'test',
    dropped: true,
  })),
});

describe('recording a live feed', () => {
  let directory: string;
  let logged: string[];
  let recording: LiveRecording;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tradewind-recording-'));
    logged = [];
    const note = (fields: { readonly err?: { readonly code?: string } }, text: string): void => void logged.push(fields.err?.code ?? text);
    const log = { info: note, error: note } as unknown as LiveRecordingParts['log'];
    recording = new LiveRecording({ directory, source: 'simulated', barsFrom: 'trades', metrics: new LiveMetrics(new Registry()), log });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const chunk = (...ticks: readonly Tick[]): void => recording.addTicks({ kind: 'ticks', step: 0, partition: 0, chunk: 0, ticks });
  const stored = async () => {
    const catalogue = await openCatalogue({ directory, ...OPTIONS });
    const ticks: Tick[] = [];
    const bars: Bar[] = [];
    for await (const batch of catalogue.ticks({ symbols: [AAPL, SPY], kinds: ['trades', 'quotes', 'book'], from, until }))
      ticks.push(...batch.ticks);
    for await (const batch of catalogue.bars({ symbols: [AAPL], interval: '10s', from, until })) bars.push(...batch);
    await catalogue.close();
    return { ticks, bars };
  };

  it('writes the ticks and bars of whole steps, in as many writes as it takes', async () => {
    chunk(trade(AAPL, 1, 1), trade(AAPL, 1, 2));
    chunk(quote(AAPL, 2, 3));
    recording.addStep(step(10, [bar(10)]));
    await recording.flush();
    chunk(trade(AAPL, 12, 4));
    recording.addStep(step(20, [bar(20)]));
    chunk(trade(AAPL, 21, 5));
    await recording.stop();
    expect(await stored()).toEqual({
      ticks: [trade(AAPL, 1, 1), trade(AAPL, 1, 2), quote(AAPL, 2, 3), trade(AAPL, 12, 4)],
      bars: [bar(10), bar(20)],
    });
  });

  it('leaves out the trades of a bar that was dropped as incomplete, of that symbol alone, and keeps the rest of its ticks', async () => {
    chunk(trade(AAPL, 1, 1), quote(AAPL, 2, 2), trade(SPY, 3, 3));
    recording.addStep(step(10, [], [AAPL]));
    chunk(trade(AAPL, 11, 4));
    recording.addStep(step(20, [bar(20)]));
    await recording.stop();
    expect((await stored()).ticks).toEqual([quote(AAPL, 2, 2), trade(SPY, 3, 3), trade(AAPL, 11, 4)]);
  });

  it('says it once when another one writes to the catalogue, waits, and then writes everything', async () => {
    const catalogue = await openCatalogue({ directory, ...OPTIONS });
    const writer = await catalogue.writer();
    chunk(trade(AAPL, 1, 1));
    recording.addStep(step(10, [bar(10)]));
    await recording.flush();
    chunk(trade(AAPL, 11, 2));
    recording.addStep(step(20, [bar(20)]));
    await recording.flush();
    expect(logged).toEqual(['LOCKED']);
    writer.close();
    await catalogue.close();
    await recording.flush();
    expect(logged).toEqual(['LOCKED', 'the recording goes on']);
    expect(await stored()).toEqual({ ticks: [trade(AAPL, 1, 1), trade(AAPL, 11, 2)], bars: [bar(10), bar(20)] });
  });

  it('keeps its memory bounded while it can not write: the oldest ticks are missing then', async () => {
    const catalogue = await openCatalogue({ directory, ...OPTIONS });
    const writer = await catalogue.writer();
    for (let index = 0; index < 5; index += 1) {
      chunk(...Array.from({ length: 50_000 }, (_value, own) => trade(AAPL, index, index * 50_000 + own + 1)));
      recording.addStep(step(10, []));
      await recording.flush();
    }
    writer.close();
    await catalogue.close();
    await recording.stop();
    const { ticks } = await stored();
    expect([ticks.length, ticks[0]?.sequence, ticks.at(-1)?.sequence]).toEqual([200_000, 50_001, 250_000]);
  }, 60_000);
});
