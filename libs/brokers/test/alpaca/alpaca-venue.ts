import { AlpacaTradingServer, type AlpacaTradingFault } from '@tradewind/venue-servers';
import { money } from '@tradewind/vocabulary';
import type { VenueOrder } from '@tradewind/venue';

import { capabilitiesOf } from '../../src/alpaca/capabilities.js';
import { definition } from '../../src/alpaca/index.js';
import { encodeOrder } from '../../src/alpaca/wire-order.js';
import { INSTRUMENTS } from '../acceptance/instruments.js';
import { QUOTES, START } from '../acceptance/scene.js';
import type { RequestFault, VenueHarness, VenueTrait, VenueUnderTest } from '../acceptance/venue-under-test.js';

export const KEYS = { keyId: 'AKLOCALACCEPTANCE', secret: 'of-acceptance' };

const FAULTS: Readonly<Record<RequestFault, AlpacaTradingFault>> = {
  REQUEST_LOST: 'lost',
  ANSWER_LOST: 'answer-lost',
  SERVER_ERROR: 'server-error',
  SERVER_ERROR_DONE: 'server-error-done',
  RATE_LIMITED: 'rate-limited',
  SLOW: 'slow',
  MALFORMED: 'malformed',
};

/** A local server of Alpaca's trading API as the scene says. */
export const alpacaVenue = async (): Promise<VenueUnderTest> => {
  const server = await AlpacaTradingServer.start({ ...KEYS, instruments: INSTRUMENTS, startAt: START, requestsPerMinuteMax: 1_000_000 });
  for (const { symbol, bid, ask } of QUOTES) server.market.quote(symbol, bid, ask);
  const settings = {
    ...KEYS,
    restUrl: server.restUrl,
    streamUrl: server.streamUrl,
    requestsPerMinute: '1000000',
    requestTimeoutMs: '2000',
    patienceMs: '4000',
    retriesMax: '3',
    backoffBaseMs: '10',
    backoffMaxMs: '50',
    handshakeMs: '1000',
    pingMs: '150',
    silenceMs: '600',
  };
  const done = (act: () => void): Promise<void> => {
    act();
    return Promise.resolve();
  };
  const elsewhere = (method: string, path: string, body?: Readonly<Record<string, unknown>>): unknown => {
    const { status, body: answer } = server.ask(method, path, body);
    if (status >= 300) throw new Error(`the other client is refused: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    open: (environment, key) =>
      definition.open(definition.settings.parse(key === 'WRONG' ? { ...settings, secret: 'another-secret' } : settings), environment),
    market: {
      now: () => server.market.now(),
      quote: (symbol, bid, ask, size) => done(() => server.market.quote(symbol, bid, ask, size)),
      halt: (symbol) => done(() => server.market.halt(symbol)),
      resume: (symbol) => done(() => server.market.resume(symbol)),
      closeSession: (prices) => done(() => server.market.closeSession(prices)),
      openSession: (prices) => done(() => server.market.openSession(prices)),
      skew: (ms) => server.market.skip(BigInt(ms) * 1_000_000n),
    },
    link: {
      cut: () => server.cutStreams(),
      refuse: (times) => server.refuseStreams(times),
      silence: () => server.silenceStreams(),
      hold: () => server.holdUpdates(),
      release: (order) => server.releaseUpdates(order),
      duplicate: () => server.doubleUpdates(),
      sendUnreadable: () => server.sendUnreadable(),
    },
    elsewhere: {
      submit: (order) => {
        const body = JSON.parse(encodeOrder(order as VenueOrder)) as Readonly<Record<string, unknown>>;
        return Promise.resolve((elsewhere('POST', '/v2/orders', body) as { readonly id: string }).id);
      },
      cancel: (venueOrderId) => done(() => elsewhere('DELETE', `/v2/orders/${venueOrderId}`)),
    },
    account: {
      book: ({ symbol, amount, description }) => done(() => server.bookActivity('DIV', money(amount), description, symbol)),
      bust: (executionId) => Promise.reject(new Error(`Alpaca busts nothing, not ${executionId} either`)),
      correct: (executionId, quantity, price) => Promise.reject(new Error(`Alpaca corrects nothing: ${executionId} ${quantity} ${price}`)),
    },
    disturb: (fault, times) => server.failCommands(FAULTS[fault], times),
    disturbQuestions: (fault, times) => server.failQuestions(FAULTS[fault], times),
    down: () => server.down(),
    up: () => server.up(),
    connections: () => server.connections,
    stop: () => server.down(),
  };
};

const TRAITS: readonly VenueTrait[] = [
  ...(Object.keys(FAULTS) as RequestFault[]),
  'CUT',
  'REFUSED_LINK',
  'SHARED_ORDERS',
  'OWN_LINK',
  'SILENCE',
  'HELD_REPORTS',
  'DUPLICATES',
  'UNREADABLE',
  'DOWN',
  'KEYS',
  'CLOCK_SKEW',
  'HALTS',
  'SESSIONS',
  'SHORTABILITY',
  'OTHER_CLIENT',
  'ACTIVITIES',
];

export const alpacaHarness: VenueHarness = {
  capabilities: capabilitiesOf(false),
  traits: new Set(TRAITS),
  secrets: [KEYS.keyId, KEYS.secret],
  start: alpacaVenue,
};
