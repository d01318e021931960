import { civilDate, nyseCalendar } from '@tradewind/market';
import { money, price, quantity, type Symbol, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { PAPER_CAPABILITIES, PaperBroker } from '../../src/paper/paper-broker.js';
import { PaperVenue } from '../../src/paper/paper-venue.js';
import { INSTRUMENTS } from '../acceptance/instruments.js';
import { CASH, QUOTES, START } from '../acceptance/scene.js';
import type { VenueHarness, VenueUnderTest } from '../acceptance/venue-under-test.js';

const SECOND = 1_000_000_000n;
const DAY_MS = 86_400_000;
const impossible = (what: string) => (): never => {
  throw new Error(`a paper venue can't ${what}`);
};
const pricesOf = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([symbol, text]) => [symbol, price(text)]));

/** A paper venue whose clock goes on by a second with each event. */
export const paperVenue = (): Promise<VenueUnderTest> => {
  let now = START as bigint;
  const tick = (): UnixNanos => (now += SECOND) as UnixNanos;
  const paper = new PaperVenue(
    {
      instruments: INSTRUMENTS,
      account: { venueAccount: 'PAPER-1', currency: 'USD', openingCash: money(CASH), kind: 'MARGIN' },
      seed: 1,
    },
    { now: () => now as UnixNanos },
  );
  const quote = (symbol: Symbol, bid: string, ask: string, size = '10000'): void =>
    paper.onTick({
      kind: 'quote',
      symbol,
      at: tick(),
      sequence: 0,
      bidPrice: price(bid),
      bidQuantity: quantity(size),
      askPrice: price(ask),
      askQuantity: quantity(size),
      venue: 'V',
    });
  for (const { symbol, bid, ask } of QUOTES) quote(symbol, bid, ask);
  const done = (act: () => void): Promise<void> => {
    act();
    return Promise.resolve();
  };
  const session = (phase: 'REGULAR' | 'CLOSED', at: bigint, prices: Readonly<Record<string, string>>): void => {
    if (at > now) now = at;
    paper.onSession(phase, now as UnixNanos, pricesOf(prices));
  };
  return Promise.resolve({
    open: () => new PaperBroker(paper),
    market: {
      now: () => now as UnixNanos,
      quote: (symbol, bid, ask, size) => done(() => quote(symbol, bid, ask, size)),
      halt: (symbol) => done(() => paper.onHalt({ symbol, at: tick() })),
      resume: (symbol) => done(() => paper.onResume({ symbol, at: tick() })),
      closeSession: (prices) =>
        done(() => session('CLOSED', nyseCalendar.sessionOf(civilDate(utcDateOf(now as UnixNanos)))!.closeTime, prices)),
      openSession: (prices) => {
        const tomorrow = new Date(Date.parse(utcDateOf(now as UnixNanos)) + DAY_MS).toISOString().slice(0, 10);
        return done(() => session('REGULAR', nyseCalendar.sessionOf(civilDate(tomorrow))!.openTime, prices));
      },
      skew: (ms) => void (now += BigInt(ms) * 1_000_000n),
    },
    link: {
      cut: impossible('lose a connection'),
      refuse: impossible('refuse a connection'),
      silence: impossible('fall silent'),
      hold: impossible('hold reports'),
      release: impossible('hold reports'),
      duplicate: impossible('double reports'),
      sendUnreadable: impossible('send what is unreadable'),
    },
    elsewhere: { submit: impossible('have other clients'), cancel: impossible('have other clients') },
    account: { book: impossible('book'), bust: impossible('bust'), correct: impossible('correct') },
    disturb: impossible('lose a request'),
    disturbQuestions: impossible('lose a question'),
    down: impossible('go away'),
    up: impossible('come back'),
    connections: () => paper.sessions,
    stop: () => Promise.resolve(),
  });
};

export const paperHarness: VenueHarness = {
  capabilities: PAPER_CAPABILITIES,
  traits: new Set(['HALTS', 'SESSIONS', 'SHORTABILITY', 'CLOCK_SKEW', 'COMMISSIONS']),
  secrets: [],
  start: paperVenue,
};
