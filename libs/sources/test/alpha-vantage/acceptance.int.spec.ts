import { nyseCalendar } from '@tradewind/market';
import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { AlphaVantageServer } from '@tradewind/venue-servers';

import { definition } from '../../src/alpha-vantage/index.js';
import { capabilities } from '../../src/alpha-vantage/source.js';
import type { SourceHarness } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';
import { dailyBars } from '../wire-values/vendor-bars.js';
import { closesBetween, HTTP_FAULTS, venueOf } from '../wire-values/vendor-venue.js';

const KEY = 'PREMIUMKEY7Q2X';
const HELD = dailyBars('AAPL', '2024-06-20', '2024-07-12', 'alpha-vantage');
const SPAN = closesBetween(nyseCalendar, '2024-07-01', '2024-07-09');

const clock = { now: () => nanosFromMillis(Date.now()) };
const symbol = symbolOf('AAPL');

const harness: SourceHarness = {
  start: async () => {
    const server = await AlphaVantageServer.start({ clock, keys: { [KEY]: { perMinute: 75 } } });
    server.load(HELD);
    server.publish('SPLITS', 'AAPL', {
      symbol: 'AAPL',
      data: [
        { effective_date: '2020-08-31', split_factor: '4.0000' },
        { effective_date: '2014-06-09', split_factor: '7.0000' },
      ],
    });
    return venueOf(server, (environment) =>
      definition.open(definition.settings.parse({ premiumKeys: KEY, url: server.url, timeoutMs: '300' }), environment),
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
    series: 'action/split',
    symbol,
    from: nanosFromMillis(Date.parse('2015-01-01T00:00:00Z')),
    until: nanosFromMillis(Date.parse('2021-01-01T00:00:00Z')),
    expected: [
      {
        id: 'action/split/AAPL/2020-08-31/2020-08-31T04:00:00.000Z',
        series: 'action/split',
        symbol,
        eventTime: nanosFromMillis(Date.parse('2020-08-31T13:30:00Z')),
        knownAt: nanosFromMillis(Date.parse('2020-08-31T04:00:00Z')),
        value: 4,
        text: '',
        source: 'alpha-vantage',
      },
    ],
  },
  live: undefined,
  requestFaults: new Set([...HTTP_FAULTS, 'refused-key']),
  liveFaults: new Set(),
  secrets: [KEY],
  tellsUnknownSymbol: true,
  backoffMsMax: 30_000,
};

describeSource('alpha-vantage', capabilities, harness);
