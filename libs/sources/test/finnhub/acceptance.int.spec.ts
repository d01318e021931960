import { nyseCalendar, type Trade } from '@tradewind/market';
import { nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { FinnhubServer } from '@tradewind/venue-servers';

import { definition } from '../../src/finnhub/index.js';
import { capabilities } from '../../src/finnhub/source.js';
import type { SourceHarness } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';
import { dailyBars } from '../wire-values/vendor-bars.js';
import { closesBetween, HTTP_FAULTS, venueOf } from '../wire-values/vendor-venue.js';

const TOKEN = 'finnhub-77x';
const HELD = dailyBars('AAPL', '2024-06-20', '2024-07-12', 'finnhub');
const SPAN = closesBetween(nyseCalendar, '2024-07-01', '2024-07-09');

const symbol = symbolOf('AAPL');

const trade = (name: string, millis: number, priced: string, units: string, conditions: readonly string[] = []): Trade => ({
  kind: 'trade',
  symbol: symbolOf(name),
  at: nanosFromMillis(1_720_018_800_000 + millis),
  sequence: 0,
  price: price(priced),
  quantity: quantity(units),
  aggressor: 'UNKNOWN',
  conditions,
  venue: '',
});
const TRADES = [
  trade('AAPL', 1, '221.55', '100'),
  trade('AAPL', 4, '221.5501', '3', ['12', '37']),
  trade('MSFT', 9, '460.07', '25', ['1']),
  trade('AAPL', 12, '221.54', '1'),
];

const harness: SourceHarness = {
  start: async () => {
    const server = await FinnhubServer.start(TOKEN);
    server.load(HELD, { AAPL: [{ date: '2024-07-10', fromFactor: 1, toFactor: 4 }] });
    server.publishDocument('stock/insider-transactions', 'AAPL', {
      symbol: 'AAPL',
      data: [
        {
          name: 'COOK TIMOTHY',
          share: 3_280_000,
          change: -100_000,
          filingDate: '2024-04-03',
          transactionDate: '2024-04-01',
          transactionPrice: 170.5,
        },
        {
          name: 'LEVINSON ARTHUR',
          share: 4_500_000,
          change: 250,
          filingDate: '2024-04-03',
          transactionDate: '2024-04-01',
          transactionPrice: 0,
        },
        {
          name: 'COOK TIMOTHY',
          share: 3_180_000,
          change: -50_000,
          filingDate: '2024-10-03',
          transactionDate: '2024-10-01',
          transactionPrice: 229,
        },
      ],
    });
    return venueOf(
      server,
      (environment) =>
        definition.open(
          definition.settings.parse({
            token: TOKEN,
            restUrl: server.url,
            streamUrl: server.streamUrl,
            requestTimeoutMs: '300',
            backoffBaseMs: '200',
            backoffMaxMs: '4000',
            settleMs: '15',
            pingMs: '60',
            silenceMs: '300',
            handshakeMs: '500',
          }),
          environment,
        ),
      (message) => server.publish(message as Trade),
    );
  },
  unknownSymbol: symbolOf('NOSUCH'),
  bars: {
    symbol,
    interval: '1d',
    ...SPAN,
    pagesMin: 1,
    expected: HELD.filter(({ closeTime }) => closeTime >= SPAN.from && closeTime < SPAN.until),
  },
  ticks: undefined,
  records: {
    series: 'insider/net-shares',
    symbol,
    from: nanosFromMillis(Date.parse('2024-04-01T00:00:00Z')),
    until: nanosFromMillis(Date.parse('2024-05-01T00:00:00Z')),
    expected: [
      {
        id: 'insider/net-shares/AAPL/2024-04-01/2024-04-04T04:00:00.000Z',
        series: 'insider/net-shares',
        symbol,
        eventTime: nanosFromMillis(Date.parse('2024-04-01T04:00:00Z')),
        knownAt: nanosFromMillis(Date.parse('2024-04-04T04:00:00Z')),
        value: -99_750,
        text: 'COOK TIMOTHY; LEVINSON ARTHUR',
        source: 'finnhub',
      },
    ],
  },
  live: { symbols: [symbol, symbolOf('MSFT')], interval: '1m', messages: { trades: TRADES }, bookChanges: [] },
  requestFaults: new Set([...HTTP_FAULTS, 'refused-key']),
  liveFaults: new Set(['drop', 'silence', 'refuse', 'unreadable']),
  secrets: [TOKEN],
  tellsUnknownSymbol: false,
  backoffMsMax: 4000,
};

describeSource('finnhub', capabilities, harness);
