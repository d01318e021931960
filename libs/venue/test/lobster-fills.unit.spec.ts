import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import {
  civilDate,
  DeltaPublisher,
  LobsterBook,
  LOBSTER_SCALE,
  lobsterEvent,
  lobsterTrade,
  parseLobsterBooks,
  parseLobsterMessages,
} from '@tradewind/market';
import type { LobsterBookRow, LobsterMessage, OrderEvent } from '@tradewind/market';
import { realData } from '@tradewind/testkit';
import { money, toNumber } from '@tradewind/vocabulary';
import type { Price, UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { cancelsBehind, cancelsProportional, SimulatedVenue } from '../src/index.js';
import type { QueueModel, VenueReport } from '../src/index.js';
import { AAPL, orderOf, settingsOf } from './fixtures.js';

const lobster = realData('orderbook', 'lobster');
const textOf = (name: string): string => gunzipSync(readFileSync(join(lobster.path, name))).toString('latin1');
const load = (): { readonly messages: readonly LobsterMessage[]; readonly first: LobsterBookRow } => ({
  messages: parseLobsterMessages(textOf('AAPL_2012-06-21_0930_1000_message_50.csv.gz'), civilDate('2012-06-21')).rows.slice(1),
  first: parseLobsterBooks(textOf('AAPL_2012-06-21_orderbook_50_first672.csv.gz')).rows[0]!,
});

const EVERY = 5_000_000_000n;
const PATIENCE = 20_000_000_000n;
const SIZE = 100;
const BUCKETS = [0, 100, 200, 400, Infinity] as const;

/** Feeds one message to a venue; one way shows it every order, the other levels and trades only. */
interface Feed {
  start(venue: SimulatedVenue, row: LobsterBookRow, at: UnixNanos): void;
  next(venue: SimulatedVenue, message: LobsterMessage): readonly VenueReport[];
}

const byOrder = (): Feed => {
  const known = new Set<number>();
  const nameless = (side: 'BID' | 'ASK', price: number): number => 4_000_000_000 + 2 * price + (side === 'BID' ? 0 : 1);
  return {
    start(venue, row, at) {
      for (const [side, levels] of [
        ['BID', row.bids],
        ['ASK', row.asks],
      ] as const)
        for (const [price, size] of levels)
          venue.onOrderEvent(AAPL, { kind: 'ADD', at, sequence: 0, id: nameless(side, price), side, price, quantity: size }, LOBSTER_SCALE);
    },
    next(venue, message) {
      const { at, line, id, side, price, quantity: size } = message;
      if (message.kind === 'ADD') known.add(id);
      let event: OrderEvent | undefined = lobsterEvent(message);
      if (event !== undefined && 'id' in event && !known.has(id))
        event = { kind: message.kind === 'EXECUTE' ? 'EXECUTE' : 'REDUCE', at, sequence: line, id: nameless(side, price), quantity: size };
      return event === undefined ? [] : venue.onOrderEvent(AAPL, event, LOBSTER_SCALE);
    },
  };
};

const byLevel = (): Feed => {
  const publisher = new DeltaPublisher(AAPL, LOBSTER_SCALE);
  const book = new LobsterBook(publisher.book);
  return {
    start(venue, row, at) {
      book.seed(row);
      venue.onTick(publisher.takeSnapshot(at));
    },
    next(venue, message) {
      book.apply(message);
      const trade = lobsterTrade(message, AAPL);
      const delta = publisher.takeDelta(message.at);
      return [...(trade === undefined ? [] : venue.onTick(trade)), ...(delta === undefined ? [] : venue.onTick(delta))];
    },
  };
};

interface Tally {
  readonly placed: number[];
  readonly filled: number[];
}

/** Places passive orders at the best bid and ask every five seconds, takes back what has not filled after twenty, and counts by the queue they met. */
const fillRates = (feed: Feed, queue: QueueModel): Tally => {
  const { messages, first } = load();
  const account = { venueAccount: 'L', currency: 'USD', openingCash: money('1000000000'), kind: 'MARGIN' as const };
  const venue = SimulatedVenue.open(settingsOf({ account, policies: { queue } }));
  const start = messages[0]!.at;
  feed.start(venue, first, start);
  const bucketOf = new Map<string, number>();
  const pending: { readonly id: string; readonly until: bigint }[] = [];
  const tally: Tally = { placed: BUCKETS.slice(1).map(() => 0), filled: BUCKETS.slice(1).map(() => 0) };
  const count = (reports: readonly VenueReport[]): void => {
    for (const report of reports) {
      const bucket = report.type === 'FILLED' ? bucketOf.get(report.clientOrderId!) : undefined;
      if (bucket !== undefined) tally.filled[bucket]! += toNumber((report as Extract<VenueReport, { type: 'FILLED' }>).quantity) / SIZE;
    }
  };
  let next: bigint = start + EVERY;
  for (const message of messages) {
    count(feed.next(venue, message));
    if (message.at < next) continue;
    next += EVERY;
    while (pending[0] !== undefined && pending[0].until <= message.at) venue.cancel({ clientOrderId: pending.shift()!.id }, message.at);
    const { markets } = venue.save();
    const { bids, asks } = markets['AAPL']!.book;
    for (const [side, best] of [
      ['BUY', bids[0]],
      ['SELL', asks[0]],
    ] as const) {
      if (best === undefined) continue;
      const order = { ...orderOf({ side, quantity: String(SIZE) }), type: 'LIMIT' as const, limitPrice: best.price as Price };
      const bucket = BUCKETS.findLastIndex((least) => toNumber(best.shown) > least || least === 0);
      bucketOf.set(order.clientOrderId, bucket);
      tally.placed[bucket]! += 1;
      pending.push({ id: order.clientOrderId, until: message.at + PATIENCE });
      count(venue.submit(order, message.at).reports);
    }
  }
  return tally;
};

const ratesOf = ({ placed, filled }: Tally): readonly string[] =>
  placed.map((count, bucket) => `${((filled[bucket]! / count) * 100).toFixed(0)}% of ${count}`);
const overall = ({ placed, filled }: Tally): number =>
  filled.reduce((sum, part) => sum + part, 0) / placed.reduce((sum, part) => sum + part, 0);

describe.skipIf(lobster.absent)(`passive orders in LOBSTER's half hour of AAPL${lobster.note}`, () => {
  it('fill the less the more stands before them, and the estimated queue stays near the exact one', () => {
    const exact = fillRates(byOrder(), cancelsProportional);
    const proportional = fillRates(byLevel(), cancelsProportional);
    const behind = fillRates(byLevel(), cancelsBehind);
    process.stdout.write(
      [
        `\npassive orders of ${SIZE} at the best price, filled within 20 s, by quantity before them (1-100, 101-200, 201-400, more):`,
        `  every order known:            ${ratesOf(exact).join(', ')}`,
        `  levels, cancels in proportion: ${ratesOf(proportional).join(', ')}`,
        `  levels, cancels behind:        ${ratesOf(behind).join(', ')}\n`,
      ].join('\n'),
    );
    expect(exact.placed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(600);
    expect(exact.filled[0]! / exact.placed[0]!).toBeGreaterThan(exact.filled.at(-1)! / exact.placed.at(-1)!);
    // Cancels that all stand behind us are the cautious end, proportional ones the estimate.
    expect(overall(behind)).toBeLessThanOrEqual(overall(proportional));
    expect(Math.abs(overall(proportional) - overall(exact))).toBeLessThan(0.1);
  });
});
