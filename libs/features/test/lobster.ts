import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import {
  civilDate,
  DeltaPublisher,
  LOBSTER_SCALE,
  LobsterBook,
  lobsterTrade,
  parseLobsterBooks,
  parseLobsterMessages,
  type Tick,
  type Trade,
} from '@tradewind/market';
import { realData } from '@tradewind/testkit';
import { symbolOf } from '@tradewind/vocabulary';

/** NASDAQ's AAPL from 09:30 to 10:00 on 2012-06-21, every message. */
export const lobster = realData('orderbook', 'lobster');

const symbol = symbolOf('AAPL');
const date = civilDate('2012-06-21');
const textOf = (name: string): string => gunzipSync(readFileSync(join(lobster.path, name))).toString('latin1');

/**
 * Each visible execution as a trade, then what each message changed in the book, all levels that the file shows. The first row of the book, less
 * the order that the first message adds, is the snapshot to begin with.
 */
export const lobsterTicks = (): readonly Tick[] => {
  const messages = parseLobsterMessages(textOf('AAPL_2012-06-21_0930_1000_message_50.csv.gz'), date).rows;
  const first = parseLobsterBooks(textOf('AAPL_2012-06-21_orderbook_50_first672.csv.gz')).rows[0]!;
  const publisher = new DeltaPublisher(symbol, LOBSTER_SCALE);
  const replay = new LobsterBook(publisher.book);
  replay.seed({ ...first, bids: first.bids.filter(([price]) => price !== messages[0]!.price) });
  const ticks: Tick[] = [publisher.takeSnapshot(messages[0]!.at)];
  for (const message of messages) {
    const trade: Trade | undefined = message.kind === 'EXECUTE' ? lobsterTrade(message, symbol) : undefined;
    if (trade !== undefined) ticks.push(trade);
    replay.apply(message);
    const delta = publisher.takeDelta(message.at);
    if (delta !== undefined) ticks.push(delta);
  }
  return ticks;
};
