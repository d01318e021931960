import type { Bar } from '@tradewind/market';
import { isoFromNanos, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { MarketTime } from './market-time.js';
import { openFeed, openSources, Protocol, type Said } from './rehearsal.js';
import { tapeOf } from './tape.js';
import { Venue } from './venue.js';
import { verdict } from './verdict.js';

/**
 * Outages, rehearsed: three venues in processes of their own. The first and then the second are killed with SIGKILL in the middle of a session and brought
 * back, then the first is frozen. The feed may lose no bar and double none, and must end at the first source again.
 */
const MINUTE = 60_000_000_000n;
const MINUTES = 105;
const SPEED = 300;
const OPEN = (BigInt(Date.UTC(2024, 2, 4, 14, 30)) * 1_000_000n) as UnixNanos;
const SYMBOLS = ['AAPL', 'AMZN', 'GOOGL', 'JPM', 'META', 'MSFT', 'NVDA', 'PG', 'QQQ', 'SPY', 'TSLA', 'XOM'].map((text) => symbolOf(text));

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const [first, second, polled] = [new Venue('alpaca', 'alpaca'), new Venue('alpaca-backup', 'alpaca'), new Venue('yahoo', 'yahoo')];
const venues = [first, second, polled];
const tape = new Map(SYMBOLS.map((symbol) => [symbol, tapeOf(symbol, OPEN, MINUTES)]));

const plan = new Map<number, readonly [string, () => Promise<void> | void]>([
  [20, ['alpaca is killed', () => first.kill()]],
  [32, ['alpaca-backup is killed', () => second.kill()]],
  [47, ['alpaca-backup is started', () => second.start()]],
  [62, ['alpaca is started', () => first.start()]],
  [78, ['alpaca is frozen', () => first.freeze()]],
  [90, ['alpaca goes on', () => first.thaw()]],
]);
const SWITCHES = [
  'alpaca FIRST',
  'alpaca-backup ERROR',
  'yahoo ERROR',
  'alpaca-backup RETURN',
  'alpaca RETURN',
  'alpaca-backup STALE',
  'alpaca RETURN',
];

const clockOf = (at: UnixNanos): string => isoFromNanos(at).slice(11, 19);
const describe = ({ event }: Said): string | undefined => {
  if (event.kind === 'SWITCHED') return `${event.from ?? 'nothing'} -> ${event.to} (${event.reason})`;
  if (event.kind === 'SOURCE_FAILED') return `${event.source} has failed: ${event.reason}, ${event.detail}`;
  if (event.kind === 'SOURCE_SOUND') return `${event.source} is sound`;
  if (event.kind === 'GAP_LOST') return `${event.symbol}: ${event.what} are lost`;
  return undefined;
};

/** Bars that history filled, by who gave them. */
const fills = (said: readonly Said[]): string => {
  const counts = new Map<string, number>();
  for (const { event } of said) if (event.kind === 'GAP_FILLED') counts.set(event.by, (counts.get(event.by) ?? 0) + event.count);
  return [...counts].map(([by, count]) => `${count} by ${by}`).join(', ');
};

for (const venue of venues) await venue.start();
const time = new MarketTime(OPEN, SPEED);
const protocol = new Protocol(time);
const sources = await openSources(first, second, polled, time);
const feed = openFeed(sources, SYMBOLS, time, protocol);
const acts: { readonly at: UnixNanos; readonly text: string }[] = [];

say(
  `${SYMBOLS.length} symbols, ${MINUTES} minutes of a session at ${SPEED} times its speed; sources: ${sources.map(({ name }) => name).join(', ')}`,
);
feed.start();
for (let minute = 0; minute < MINUTES; minute += 1) {
  const act = plan.get(minute);
  if (act !== undefined) {
    acts.push({ at: time.now(), text: `== ${act[0]} ==` });
    await act[1]();
  }
  await time.until((OPEN + BigInt(minute + 1) * MINUTE) as UnixNanos);
  const bars = [...tape.values()].flatMap((line) => line.get(minute) ?? []);
  for (const venue of venues) venue.publish(bars);
}
await time.until((OPEN + BigInt(MINUTES + 3) * MINUTE) as UnixNanos);
await feed.close();
for (const source of sources) await source.close();
for (const venue of venues) await venue.kill();

const rows = [...protocol.said.map((said) => ({ at: said.at, text: describe(said) })), ...acts].filter(({ text }) => text !== undefined);
say('');
for (const { at, text } of rows.toSorted((left, right) => (left.at < right.at ? -1 : 1))) say(`  ${clockOf(at)}  ${text}`);
say(`\n  filled from history: ${fills(protocol.said)}\n`);
const expected = new Map<Symbol, readonly Bar[]>([...tape].map(([symbol, line]) => [symbol, [...line.values()]]));
const rules = verdict(protocol.bars, expected, protocol.said, SWITCHES);
for (const { rule, holds, detail } of rules) say(`  ${holds ? 'holds ' : 'BROKEN'}  ${rule}: ${detail}`);
for (const fault of protocol.faults.slice(0, 5)) say(`  fault   ${fault}`);
process.exit(rules.every(({ holds }) => holds) ? 0 : 1);
