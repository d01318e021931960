import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { nanosFromMillis } from '@tradewind/vocabulary';

import type { LiveKind, SourceCapabilities } from '../../src/source.js';
import type { SourceHarness } from './harness.js';
import { liveCases } from './live-cases.js';
import { type Bench, NEVER, refusal, requestCases } from './request-cases.js';
import { collect, RecordingSink, surroundings } from './surroundings.js';

const LIVE: readonly LiveKind[] = ['trades', 'quotes', 'bars', 'book'];

/** How many timers and sockets keep the process alive for good: the fewest in a while, for the test runner has timers of its own that come and go. */
const held = async (): Promise<Readonly<Record<'Timeout' | 'TCPSocketWrap', number>>> => {
  const fewest = { Timeout: Infinity, TCPSocketWrap: Infinity };
  for (let look = 0; look < 20; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    const kinds = process.getActiveResourcesInfo();
    for (const kind of ['Timeout', 'TCPSocketWrap'] as const) {
      fewest[kind] = Math.min(fewest[kind], kinds.filter((each) => each === kind).length);
    }
  }
  return fewest;
};

/**
 * The rules that every source keeps, each case against the venue's own local server, freshly started. What the declared capabilities exclude is not asked;
 * a capability that the harness brings no data for fails the first case.
 */
export const describeSource = (name: string, capabilities: SourceCapabilities, harness: SourceHarness): void => {
  describe(`the source ${name}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      const around = await surroundings();
      const venue = await harness.start();
      bench = { around, venue, source: venue.open(around.environment) };
    });
    afterEach(async () => {
      await bench.source.close();
      await bench.venue.stop();
      await bench.around.end();
    });

    it('has the name and the capabilities that it is known by, and the harness asks for all of them', () => {
      expect(bench.source.name).toBe(name);
      expect(bench.source.capabilities).toEqual(capabilities);
      const asked = [harness.bars, harness.ticks, harness.records, harness.live].map((part) => part !== undefined);
      const declared = [capabilities.bars, capabilities.ticks, capabilities.records, capabilities.live].map((part) => part.length > 0);
      expect(asked).toEqual(declared);
      for (const kind of harness.selfMade === true ? [] : capabilities.live)
        if (kind !== 'book') expect(harness.live!.messages[kind]?.length).toBeGreaterThanOrEqual(4);
    });
    requestCases(harness, () => bench);
    pastCases(harness, () => bench);
    unsupportedCases(harness, capabilities, () => bench);
    liveCases(harness, capabilities.live, () => bench);

    it('leaves no timer and no socket behind when it is closed', async () => {
      const before = await held();
      const other = bench.venue.open(bench.around.environment);
      const { bars, live } = harness;
      if (bars !== undefined) await collect(other.bars(bars, NEVER));
      if (live !== undefined)
        await other.live({ symbols: live.symbols, kinds: capabilities.live, interval: live.interval }, new RecordingSink());
      await other.close();
      // What is only kept alive would go by itself after some seconds: too late.
      expect([await held(), bench.venue.connections()]).toEqual([before, 0]);
    });
  });
};

const pastCases = (harness: SourceHarness, bench: () => Bench): void => {
  const { ticks, records } = harness;
  it.runIf(ticks)('gives past ticks to the last field, in order of time', async () => {
    const { symbol, from, until: end, expected } = ticks!;
    const kinds = bench().source.capabilities.ticks;
    const { rows } = await collect(bench().source.ticks({ symbol, kinds, from, until: end }, NEVER));
    expect(rows).toEqual(expected);
  });
  it.runIf(ticks)('gives only the kinds of past ticks that are asked for', async () => {
    const { symbol, from, until: end, expected } = ticks!;
    const [kind] = bench().source.capabilities.ticks;
    const { rows } = await collect(bench().source.ticks({ symbol, kinds: [kind!], from, until: end }, NEVER));
    const wanted = { trades: ['trade'], quotes: ['quote'], book: ['book-snapshot', 'book-delta'] }[kind!];
    expect(rows).toEqual(expected.filter((tick) => wanted.includes(tick.kind)));
  });
  it.runIf(records)('gives records by the time at which they became known, to the last field', async () => {
    const { symbol, series, from, until: end, expected } = records!;
    const { rows } = await collect(bench().source.records({ symbol, series, from, until: end }, NEVER));
    expect(rows).toEqual(expected);
    for (const { knownAt } of rows) expect(knownAt >= from && knownAt < end).toBe(true);
  });
};

const unsupportedCases = (harness: SourceHarness, capabilities: SourceCapabilities, bench: () => Bench): void => {
  const symbol = harness.bars?.symbol ?? harness.live?.symbols[0] ?? harness.unknownSymbol;
  const span = { from: nanosFromMillis(0), until: nanosFromMillis(1) };
  it('refuses what is not among its capabilities as UNSUPPORTED', async () => {
    const { source } = bench();
    const calls: Promise<unknown>[] = [];
    if (capabilities.bars.length === 0) calls.push(collect(source.bars({ symbol, interval: '1d', ...span }, NEVER)));
    for (const kind of ['trades', 'quotes', 'book'] as const) {
      if (!capabilities.ticks.includes(kind)) calls.push(collect(source.ticks({ symbol, kinds: [kind], ...span }, NEVER)));
    }
    calls.push(collect(source.records({ series: 'nothing/of-this-kind', symbol, ...span }, NEVER)));
    for (const kind of LIVE) {
      if (!capabilities.live.includes(kind))
        calls.push(source.live({ symbols: [symbol], kinds: [kind], interval: '1m' }, new RecordingSink()));
    }
    for (const call of await Promise.allSettled(calls)) {
      expect((await refusal(call.status === 'fulfilled' ? Promise.resolve(call.value) : Promise.reject(call.reason as Error))).code).toBe(
        'UNSUPPORTED',
      );
    }
  });
  it('can be closed twice', async () => {
    await bench().source.close();
    await bench().source.close();
  });
};
