import { describe, expect, it } from 'vitest';

import type { Bar, Tick } from '@tradewind/market';
import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { type AlpacaRequestFault, AlpacaServer } from '@tradewind/venue-servers';

import { definition } from '../src/alpaca/index.js';
import { CAPABILITIES } from '../src/alpaca/source.js';
import type { MarketSource, SourceEnvironment } from '../src/source.js';
import { instantOf } from '@tradewind/connectors';
import type { SourceHarness, Venue } from './acceptance/harness.js';
import { NEVER, refusal } from './acceptance/request-cases.js';
import { minuteBars, quotes, trades } from './acceptance/samples.js';
import { describeSource } from './acceptance/suite.js';
import { collect, RecordingSink, surroundings, until } from './acceptance/surroundings.js';

const KEY = { keyId: 'PKTESTKEY0001', secret: 'a/very+secret=key&of?tests' };
const AAPL = symbolOf('AAPL');
const SPY = symbolOf('SPY');
const OPEN = instantOf('2024-03-04T14:30:00Z')!;
const after = (minutes: number): UnixNanos => (OPEN + BigInt(minutes) * 60_000_000_000n) as UnixNanos;

const BARS = minuteBars(AAPL, OPEN, 30, 'alpaca/iex');
const EXPECTED = BARS.slice(2, 27);
const TICKS = [...trades(AAPL, OPEN, 20), ...quotes(AAPL, OPEN, 20)].toSorted((left, right) => (left.at < right.at ? -1 : 1));

const openAgainst = (server: AlpacaServer, environment: SourceEnvironment, changes: object = {}): MarketSource =>
  definition.open(
    definition.settings.parse({
      ...KEY,
      restUrl: server.restUrl,
      streamUrl: server.streamUrl,
      requestsPerMinute: 6000,
      requestTimeoutMs: 300,
      retriesMax: 4,
      retryAfterMsMax: 5000,
      backoffBaseMs: 200,
      backoffMaxMs: 4000,
      handshakeMs: 1000,
      pingMs: 100,
      silenceMs: 300,
      ...changes,
    }),
    environment,
  );

const startServer = (): Promise<AlpacaServer> => AlpacaServer.start({ ...KEY, pageRowsMax: 8, requestsPerMinuteMax: 100_000 });

const start = async (): Promise<Venue> => {
  const server = await startServer();
  server.load(...BARS, ...minuteBars(SPY, OPEN, 5, 'alpaca/iex'), ...TICKS, ...trades(AAPL, after(60), 3));
  server.loadActions(
    { kind: 'forward_splits', fields: { symbol: 'AAPL', ex_date: '2020-08-31', process_date: '2020-08-31', old_rate: 1, new_rate: 4 } },
    { kind: 'forward_splits', fields: { symbol: 'AAPL', ex_date: '2014-06-09', process_date: '2014-06-09', old_rate: 1, new_rate: 7 } },
    {
      kind: 'cash_dividends',
      fields: { symbol: 'AAPL', ex_date: '2020-08-07', process_date: '2020-08-13', rate: 0.82, special: false, foreign: false },
    },
  );
  return {
    open: (environment) => openAgainst(server, environment),
    fail: (fault, times) => server.failRequests(fault satisfies AlpacaRequestFault, times),
    requests: () => server.requests,
    connections: () => server.connections,
    subscriptions: () => server.subscriptions,
    publish: (message) => server.publish(message),
    drop: () => server.dropStreams(),
    silence: () => server.silenceStreams(),
    refuse: (times) => server.refuseStreams(times),
    sendUnreadable: () => server.sendUnreadable(),
    stop: () => server.down(),
  };
};

const SPLIT_DAY = instantOf('2020-08-31T00:00:00Z')!;
const harness: SourceHarness = {
  start,
  unknownSymbol: symbolOf('NOSUCH'),
  tellsUnknownSymbol: false,
  bars: { symbol: AAPL, interval: '1m', from: EXPECTED[0]!.closeTime, until: BARS[27]!.closeTime, expected: EXPECTED, pagesMin: 4 },
  ticks: { symbol: AAPL, from: OPEN, until: after(1), expected: TICKS },
  records: {
    symbol: AAPL,
    series: 'action/split',
    from: instantOf('2020-01-01T00:00:00Z')!,
    until: instantOf('2021-01-01T00:00:00Z')!,
    expected: [
      {
        id: 'action/split/AAPL/2020-08-31/2020-08-31T00:00:00.000Z',
        series: 'action/split',
        symbol: AAPL,
        eventTime: SPLIT_DAY,
        knownAt: SPLIT_DAY,
        value: 4,
        text: '',
        source: 'alpaca',
      },
    ],
  },
  live: {
    symbols: [AAPL, SPY],
    interval: '1m',
    messages: { trades: trades(AAPL, after(90), 6), quotes: quotes(AAPL, after(90), 6), bars: minuteBars(SPY, after(90), 5, 'alpaca/iex') },
    bookChanges: [],
  },
  requestFaults: new Set([
    'rate-limited',
    'internal-error',
    'unavailable',
    'malformed',
    'wrong-columns',
    'truncated',
    'reset',
    'hanging',
    'refused-key',
  ]),
  liveFaults: new Set(['drop', 'silence', 'refuse', 'unreadable']),
  secrets: [KEY.keyId, KEY.secret, encodeURIComponent(KEY.secret)],
  backoffMsMax: 4000,
};

describeSource('alpaca', CAPABILITIES, harness);

describe('alpaca alone', () => {
  const run = async (
    work: (server: AlpacaServer, source: MarketSource, sink: RecordingSink) => Promise<void>,
    changes: object = {},
  ): Promise<void> => {
    const around = await surroundings();
    const server = await startServer();
    const source = openAgainst(server, around.environment, changes);
    try {
      await work(server, source, new RecordingSink());
    } finally {
      await source.close();
      await server.down();
      await around.end();
    }
  };
  const bars = (source: MarketSource, changes: object = {}) =>
    collect<Bar>(source.bars({ symbol: AAPL, interval: '1m', from: OPEN, until: after(100), ...changes }, NEVER));

  it('dates a daily bar by its session, short ones too, and leaves out the running day', () =>
    run(async (server, source) => {
      const daily = (date: string, openText: string, closeText: string): Bar => ({
        ...BARS[0]!,
        id: `bar/AAPL/1d/${date}`,
        interval: '1d',
        openTime: instantOf(openText)!,
        closeTime: instantOf(closeText)!,
      });
      const expected = [
        daily('2023-11-22', '2023-11-22T14:30:00Z', '2023-11-22T21:00:00Z'),
        daily('2023-11-24', '2023-11-24T14:30:00Z', '2023-11-24T18:00:00Z'),
        daily('2024-06-03', '2024-06-03T13:30:00Z', '2024-06-03T20:00:00Z'),
      ];
      server.load(...expected);
      const { rows } = await bars(source, { interval: '1d', from: expected[0]!.closeTime, until: instantOf('2025-01-01T00:00:00Z')! });
      expect(rows).toEqual(expected);
    }));
  it('tells a symbol that the venue calls invalid', () =>
    run(async (_server, source) => {
      expect((await refusal(bars(source, { symbol: symbolOf('9ABC') }))).code).toBe('UNKNOWN_SYMBOL');
    }));
  it('writes a class of shares with a point on the wire', () =>
    run(async (server, source) => {
      const expected = minuteBars(symbolOf('BRK-B'), OPEN, 2, 'alpaca/iex');
      server.load(...expected);
      expect((await bars(source, { symbol: symbolOf('BRK-B') })).rows).toEqual(expected);
    }));
  it('tells a feed that the account does not have', () =>
    run(
      async (_server, source, sink) => {
        expect((await refusal(bars(source))).code).toBe('AUTHENTICATION');
        const call = source.live({ symbols: [AAPL], kinds: ['trades'], interval: '1m' }, sink);
        expect((await refusal(call)).message).toContain('409: insufficient subscription');
      },
      { feed: 'sip' },
    ));
  it.each([
    ['a wrong key', { secret: 'wrong-secret' }, [AAPL], '402: auth failed', 'AUTHENTICATION'],
    [
      'too many symbols',
      {},
      Array.from({ length: 31 }, (_, index) => symbolOf(`A${index}`)),
      '405: symbol limit exceeded',
      'INVALID_REQUEST',
    ],
  ])('rejects a live session on %s', (_what, changes, symbols, message, code) =>
    run(async (_server, source, sink) => {
      const error = await refusal(source.live({ symbols, kinds: ['trades'], interval: '1m' }, sink));
      expect([error.code, error.message.includes(message)]).toEqual([code, true]);
    }, changes),
  );
  it('rejects a second stream of the same account', () =>
    run(async (_server, source, sink) => {
      await source.live({ symbols: [AAPL], kinds: ['trades'], interval: '1m' }, sink);
      const error = await refusal(source.live({ symbols: [SPY], kinds: ['trades'], interval: '1m' }, sink));
      expect(error.message).toContain('406: connection limit exceeded');
    }));
  it('passes a late correction of a bar on under the id of the bar', () =>
    run(async (server, source, sink) => {
      await source.live({ symbols: [AAPL], kinds: ['bars'], interval: '1m' }, sink);
      const corrected = { ...BARS[0]!, volume: BARS[1]!.volume };
      server.publish(BARS[0]!);
      server.publish(corrected, true);
      await until('both arrive', () => sink.bars.length === 2);
      expect(sink.bars).toEqual([BARS[0], corrected]);
    }));
  it('reports a slow client and comes back', () =>
    run(async (server, source, sink) => {
      await source.live({ symbols: [AAPL], kinds: ['trades'], interval: '1m' }, sink);
      server.failStreams(407, 'slow client');
      await until('it is up again', () => sink.count('UP') > 1);
      expect(sink.faults[0]?.error.message).toContain('407: slow client');
    }));
  it('reports corrections and cancellations of trades, which nothing downstream can take back', () =>
    run(async (server, source, sink) => {
      await source.live({ symbols: [AAPL], kinds: ['trades'], interval: '1m' }, sink);
      server.sendUnreadable('[{"T":"x","S":"AAPL","i":1,"x":"V","p":1,"s":1,"a":"C","t":"2024-03-04T14:30:00Z"}]');
      await until('it is told', () => sink.faults.length === 1);
      expect(sink.faults[0]!.error.code).toBe('UNSUPPORTED');
    }));
  it('reads the good frames of a message beside a bad one', () =>
    run(async (server, source, sink) => {
      await source.live({ symbols: [AAPL], kinds: ['trades'], interval: '1m' }, sink);
      const frame = (price: string): string =>
        `{"T":"t","S":"AAPL","i":1,"x":"V","p":${price},"s":1,"c":[" "],"t":"2024-03-04T14:30:00.000000001Z","z":"C"}`;
      server.sendUnreadable(`[${frame('1.5')},${frame('-1')},${frame('2.25')}]`);
      await until('all are handled', () => sink.ticks.length === 2 && sink.faults.length === 1);
      const [first, second] = sink.ticks as readonly Tick[];
      expect([first, second]).toMatchObject([{ price: 1_500_000_000n, at: OPEN + 1n, conditions: [] }, { price: 2_250_000_000n }]);
      expect(sink.faults[0]!.error.details).toMatchObject({ field: 'trade.p', rule: 'a price above 0' });
    }));
});
