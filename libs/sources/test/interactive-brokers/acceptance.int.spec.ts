import { price, quantity, symbolOf } from '@tradewind/vocabulary';

import { CAPABILITIES } from '../../src/interactive-brokers/source.js';
import type { RequestFault, SourceHarness, Venue } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';
import { AAPL, at, bars, instrumentOf, loadBars, openAgainst, publish, quotes, SPY, startServer, trades } from './tws-venue.js';

const secondsOf = (text: string): number => Date.parse(text) / 1000;
/** Six sessions over a weekend, and the clocks of New York going forward in it. */
const OPENINGS = [
  '2024-03-06T14:30Z',
  '2024-03-07T14:30Z',
  '2024-03-08T14:30Z',
  '2024-03-11T13:30Z',
  '2024-03-12T13:30Z',
  '2024-03-13T13:30Z',
].map(secondsOf);
const HISTORY = OPENINGS.flatMap((opening) => bars(AAPL, '1m', 60, opening, 5));
const EXPECTED = HISTORY.slice(2, 28);
const OPEN = OPENINGS[2]!;
const TICKS = [...quotes(AAPL, OPEN, 20), ...trades(AAPL, OPEN, 20)].toSorted((left, right) =>
  left.at < right.at ? -1 : left.at > right.at ? 1 : 0,
);

const row = (
  unitPrice: string,
  amount: string,
): { maker: string; price: ReturnType<typeof price>; quantity: ReturnType<typeof quantity> } => ({
  maker: 'NSDQ',
  price: price(unitPrice),
  quantity: quantity(amount),
});

const start = async (): Promise<Venue> => {
  const server = await startServer();
  loadBars(server, 60, HISTORY);
  const apple = instrumentOf(server, AAPL);
  for (const tick of TICKS) {
    if (tick.kind === 'quote') apple.loadQuotes([tick]);
    else apple.loadTrades([{ ...tick, exchange: tick.venue, conditions: tick.conditions.join(' '), pastLimit: false, unreported: false }]);
  }
  apple.loadTrades(
    trades(AAPL, OPEN + 3600, 3).map((tick) => ({ ...tick, exchange: 'ARCA', conditions: '', pastLimit: false, unreported: false })),
  );
  apple.replaceBook([row('172.4', '100'), row('172.39', '200')], [row('172.6', '300'), row('172.61', '400')]);
  instrumentOf(server, SPY).replaceBook([row('512.1', '50'), row('512', '80')], [row('512.2', '60'), row('512.3', '70')]);
  const once = (fault: RequestFault): void => {
    if (fault.kind === 'internal-error')
      server.failNext('historicalData', 162, 'Historical Market Data Service error message:HMDS internal error');
    if (fault.kind === 'unavailable') server.failNext('historicalData', 504, 'Not connected');
    if (fault.kind === 'hanging') server.ignoreNext('historicalData');
    if (fault.kind === 'reset') server.dropInMidMessage();
    if (fault.kind === 'malformed') server.rewriteNext('historicalData', ([id]) => [id!, '<html>']);
    if (fault.kind === 'wrong-columns') server.rewriteNext('historicalData', (fields) => fields.toSpliced(5, 1));
  };
  return {
    open: (environment) => openAgainst(server, environment),
    fail: (fault, times) => {
      for (let time = 0; time < times; time += 1) once(fault);
    },
    requests: () => server.countOf('historicalData') + server.countOf('historicalTicks'),
    connections: () => server.connected,
    subscriptions: () => server.subscriptions,
    publish: (message) => publish(server, message),
    drop: () => {
      server.dropInMidMessage();
      server.notice(2119, 'Market data farm is connecting:usfarm');
    },
    silence: () => server.silenceConnections(),
    refuse: (times) => server.refuseConnections(times),
    sendUnreadable: () => server.sendFields(99, 1, 1, 'yesterday', '172.5', '1', 0, 'ARCA', ''),
    stop: () => server.close(),
  };
};

const harness: SourceHarness = {
  start,
  unknownSymbol: symbolOf('NOSUCH'),
  tellsUnknownSymbol: true,
  bars: { symbol: AAPL, interval: '1m', from: EXPECTED[0]!.closeTime, until: HISTORY[28]!.closeTime, expected: EXPECTED, pagesMin: 6 },
  ticks: { symbol: AAPL, from: at(OPEN), until: at(OPEN + 60), expected: TICKS },
  records: undefined,
  live: {
    symbols: [AAPL, SPY],
    interval: '5s',
    messages: { trades: trades(AAPL, OPEN + 5400, 6), quotes: quotes(AAPL, OPEN + 5400, 6), bars: bars(SPY, '5s', 5, OPEN + 5400, 5) },
    bookChanges: [
      {
        kind: 'book-delta',
        symbol: AAPL,
        at: at(OPEN),
        sequence: 2,
        previousSequence: 1,
        changes: [{ side: 'BID', price: price('172.4'), quantity: quantity('150') }],
      },
      {
        kind: 'book-delta',
        symbol: AAPL,
        at: at(OPEN),
        sequence: 3,
        previousSequence: 2,
        changes: [{ side: 'ASK', price: price('172.6'), quantity: quantity('0') }],
      },
    ],
  },
  requestFaults: new Set(['internal-error', 'unavailable', 'malformed', 'wrong-columns', 'reset', 'hanging']),
  liveFaults: new Set(['drop', 'silence', 'refuse', 'unreadable']),
  secrets: [],
  backoffMsMax: 4000,
};

describeSource('interactive-brokers', CAPABILITIES, harness);
