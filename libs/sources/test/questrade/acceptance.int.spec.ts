import { type Bar, civilDate, type Quote, tsxCalendar } from '@tradewind/market';
import { nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { QuestradeServer } from '@tradewind/venue-servers';

import { definition } from '../../src/questrade/index.js';
import { capabilities } from '../../src/questrade/source.js';
import type { SourceHarness } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';
import { closesBetween, HTTP_FAULTS, venueOf } from '../wire-values/vendor-venue.js';

const TOKEN = 'refresh-0001';
/** Quotes have the time at which they come: the clock stands still. */
const NOW = nanosFromMillis(Date.parse('2024-07-15T20:00:00Z'));
const clock = { now: () => NOW };
const LISTINGS = [
  { symbol: 'RY.TO', symbolId: 34_658, listingExchange: 'TSX', ourSymbol: 'RY-TO' },
  { symbol: 'TD.TO', symbolId: 38_960, listingExchange: 'TSX', ourSymbol: 'TD-TO' },
];
const tsxBars = (symbol: string, from: string, until: string, source: string): readonly Bar[] =>
  tsxCalendar.sessionsBetween(civilDate(from), civilDate(until)).map((date, index) => {
    const { openTime, closeTime } = tsxCalendar.sessionOf(date)!;
    const at = (cents: number) => price(((14_500 + 10 * index + cents) / 100).toFixed(2));
    const [open, high, low, close] = [at(0), at(210), at(-95), at(44)];
    const volume = quantity(String(3_000_000 + index));
    const id = `bar/${symbol}/1d/${date}`;
    return { id, symbol: symbolOf(symbol), interval: '1d', openTime, closeTime, open, high, low, close, volume, source, warmUp: false };
  });
const HELD = tsxBars('RY-TO', '2024-06-20', '2024-07-12', 'questrade');
const SPAN = closesBetween(tsxCalendar, '2024-07-02', '2024-07-09');

const symbol = symbolOf('RY-TO');

const quote = (name: string, bid: string, bidUnits: string, ask: string, askUnits: string): Quote => ({
  kind: 'quote',
  symbol: symbolOf(name),
  at: NOW,
  sequence: 0,
  bidPrice: price(bid),
  bidQuantity: quantity(bidUnits),
  askPrice: price(ask),
  askQuantity: quantity(askUnits),
  venue: '',
});
const QUOTES = [
  quote('RY-TO', '152.01', '12', '152.03', '7'),
  quote('TD-TO', '78.4', '1', '78.41', '33'),
  quote('RY-TO', '0', '0', '152.03', '7'),
  quote('RY-TO', '152.02', '4', '152.03', '9'),
];

const harness: SourceHarness = {
  start: async () => {
    const server = await QuestradeServer.start({ clock, refreshToken: TOKEN, listings: LISTINGS });
    server.load(HELD);
    return venueOf(
      server,
      (environment) =>
        definition.open(
          definition.settings.parse({
            refreshToken: TOKEN,
            loginUrl: server.url,
            requestTimeoutMs: '300',
            backoffBaseMs: '200',
            backoffMaxMs: '4000',
            pingMs: '60',
            silenceMs: '300',
            handshakeMs: '500',
          }),
          { ...environment, clock },
        ),
      (message) => server.publish(message as Quote),
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
  records: undefined,
  live: { symbols: [symbol, symbolOf('TD-TO')], interval: '1m', messages: { quotes: QUOTES }, bookChanges: [] },
  requestFaults: new Set(HTTP_FAULTS),
  liveFaults: new Set(['drop', 'silence', 'refuse', 'unreadable']),
  secrets: [TOKEN],
  tellsUnknownSymbol: true,
  backoffMsMax: 4000,
};

describeSource('questrade', capabilities, harness);
