import { nyseCalendar } from '@tradewind/market';
import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { YahooServer } from '@tradewind/venue-servers';

import { definition } from '../../src/yahoo/index.js';
import { capabilities } from '../../src/yahoo/source.js';
import type { SourceHarness } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';
import { dailyBars } from '../wire-values/vendor-bars.js';
import { closesBetween, HTTP_FAULTS, venueOf } from '../wire-values/vendor-venue.js';

const HELD = dailyBars('AAPL', '2024-06-20', '2024-07-12', 'yahoo');
const SPAN = closesBetween(nyseCalendar, '2024-07-01', '2024-07-09');

const symbol = symbolOf('AAPL');

const harness: SourceHarness = {
  start: async () => {
    const server = await YahooServer.start();
    server.load('AAPL', { bars: [...HELD], splits: [{ date: '2024-07-10', numerator: 4, denominator: 1, announced: true }] });
    return venueOf(server, (environment) => definition.open(definition.settings.parse({ url: server.url, timeoutMs: '300' }), environment));
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
    from: nanosFromMillis(Date.parse('2024-07-01T00:00:00Z')),
    until: nanosFromMillis(Date.parse('2024-08-01T00:00:00Z')),
    expected: [
      {
        id: 'action/split/AAPL/2024-07-10/2024-07-10T04:00:00.000Z',
        series: 'action/split',
        symbol,
        eventTime: nanosFromMillis(Date.parse('2024-07-10T13:30:00Z')),
        knownAt: nanosFromMillis(Date.parse('2024-07-10T04:00:00Z')),
        value: 4,
        text: '',
        source: 'yahoo',
      },
    ],
  },
  live: undefined,
  requestFaults: new Set(HTTP_FAULTS),
  liveFaults: new Set(),
  secrets: [],
  tellsUnknownSymbol: true,
  backoffMsMax: 30_000,
};

describeSource('yahoo', capabilities, harness);
