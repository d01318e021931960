import { describe, expect, it } from 'vitest';

import type { BookDelta, Tick } from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { price, type Price, quantity, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { BarAssembly } from '../../src/interactive-brokers/bar-assembly.js';
import { BAR_SHAPES, windowsOf } from '../../src/interactive-brokers/bar-windows.js';
import { Pacing } from '../../src/interactive-brokers/pacing.js';
import { RowBook } from '../../src/interactive-brokers/row-book.js';
import { bookAfter } from '../acceptance/surroundings.js';

const AAPL = symbolOf('AAPL');
const NOW = 1n as UnixNanos;
const at = (seconds: number): UnixNanos => (BigInt(seconds) * 1_000_000_000n) as UnixNanos;

describe('a book of rows', () => {
  const row = (side: 'BID' | 'ASK', operation: 'insert' | 'update' | 'delete', position: number, unitPrice = '0', amount = '0') =>
    ({ side, operation, position, price: price(unitPrice), quantity: quantity(amount) }) as const;

  it('adds the rows of several exchanges at one price up to one level', () => {
    const book = new RowBook(AAPL, 5);
    book.apply(row('BID', 'insert', 0, '10', '100'));
    book.apply(row('BID', 'insert', 1, '10', '50'));
    book.apply(row('BID', 'insert', 2, '9.99', '7'));
    expect(book.snapshot(NOW).bids).toEqual([
      { price: price('10'), quantity: quantity('150'), orders: 0 },
      { price: price('9.99'), quantity: quantity('7'), orders: 0 },
    ]);
    book.apply(row('BID', 'delete', 1));
    expect(book.takeChanges(NOW)?.changes).toEqual([{ side: 'BID', price: price('10'), quantity: quantity('100') }]);
    expect(book.takeChanges(NOW)).toBeUndefined();
  });

  it('says nothing of levels that vanish and come back while rows are rewritten one by one', () => {
    const book = new RowBook(AAPL, 3);
    for (const [position, unitPrice] of ['10', '9.99', '9.98'].entries()) book.apply(row('BID', 'insert', position, unitPrice, '5'));
    book.snapshot(NOW);
    // A new best bid shifts the others down, as updates of every row.
    for (const [position, unitPrice] of ['10.01', '10', '9.99'].entries()) book.apply(row('BID', 'update', position, unitPrice, '5'));
    expect(book.takeChanges(NOW)).toMatchObject({
      sequence: 2,
      previousSequence: 1,
      changes: [
        { price: price('9.98'), quantity: 0n },
        { price: price('10.01'), quantity: quantity('5') },
      ],
    });
  });

  it('keeps no row beyond those that were asked for', () => {
    const book = new RowBook(AAPL, 2);
    for (const unitPrice of ['9.98', '9.99', '10']) book.apply(row('BID', 'insert', 0, unitPrice, '1'));
    expect(book.snapshot(NOW).bids.map((level) => level.price)).toEqual([price('10'), price('9.99')]);
  });

  it('ends as the rows say, from snapshot and changes alone, for any rows', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seededRandom(seed);
      const pick = (count: number): number => Math.floor(random.next() * count);
      const book = new RowBook(AAPL, 6);
      const rows: Record<'BID' | 'ASK', { price: Price; quantity: Quantity }[]> = { BID: [], ASK: [] };
      const said: Tick[] = [book.snapshot(NOW)];
      for (let step = 0; step < 200; step += 1) {
        const side = pick(2) === 0 ? 'BID' : 'ASK';
        const mine = rows[side];
        const value = { price: price(`10.0${pick(9)}`), quantity: quantity(String(1 + pick(5))) };
        const operation = (['insert', 'update', 'delete'] as const)[pick(3)]!;
        const position = pick(operation === 'insert' ? Math.min(mine.length + 1, 6) : Math.max(mine.length, 1));
        if (operation === 'insert') mine.splice(position, 0, value);
        else if (operation === 'delete') mine.splice(position, 1);
        else mine[position] = value;
        mine.length = Math.min(mine.length, 6);
        book.apply({ side, operation, position, ...value });
        const delta: BookDelta | undefined = pick(3) === 0 ? book.takeChanges(NOW) : undefined;
        if (delta !== undefined) said.push(delta);
      }
      const last = book.takeChanges(NOW);
      if (last !== undefined) said.push(last);
      const levels = new Map<string, bigint>();
      for (const side of ['BID', 'ASK'] as const) {
        for (const one of rows[side]) levels.set(`${side} ${one.price}`, (levels.get(`${side} ${one.price}`) ?? 0n) + one.quantity);
      }
      expect(bookAfter(said)).toEqual([...levels].map(([level, total]) => `${level} x ${total}`).toSorted());
    }
  });
});

describe('bars made of bars of five seconds', () => {
  const part = (close: string, volume: string) => ({
    open: price('10'),
    high: price('11'),
    low: price('9'),
    close: price(close),
    volume: quantity(volume),
  });

  it('gives a bar of which every part was seen, as soon as its last part has come', () => {
    const assembly = new BarAssembly(AAPL, '15s', 15);
    expect(assembly.add(at(60), part('10.1', '1'))).toEqual({ bar: undefined, missed: undefined });
    expect(assembly.add(at(65), { ...part('10.2', '2'), high: price('12') })).toEqual({ bar: undefined, missed: undefined });
    expect(assembly.add(at(70), { ...part('10.3', '3.5'), low: price('8') }).bar).toEqual({
      id: 'bar/AAPL/15s/1970-01-01T00:01:15.000Z',
      symbol: AAPL,
      interval: '15s',
      openTime: at(60),
      closeTime: at(75),
      open: price('10'),
      high: price('12'),
      low: price('8'),
      close: price('10.3'),
      volume: quantity('6.5'),
      source: 'interactive-brokers',
      warmUp: false,
    });
  });

  it('gives none of a time without trades', () => {
    const assembly = new BarAssembly(AAPL, '10s', 10);
    assembly.add(at(60), part('10', '0'));
    expect(assembly.add(at(65), part('10', '0'))).toEqual({ bar: undefined, missed: undefined });
  });

  it('for any parts that are lost, every bar is either given from all its parts or reported as missed once it is over', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      const assembly = new BarAssembly(AAPL, '30s', 30);
      const first = 600 + 5 * Math.floor(random.next() * 6);
      const seen = new Set<number>();
      const given = new Set<number>();
      const missed = new Set<number>();
      let lossUntil = 0;
      for (let time = first; time < first + 600; time += 5) {
        if (random.next() < 0.08) lossUntil = time + 5 * Math.floor(random.next() * 25);
        if (time < lossUntil) continue;
        seen.add(time);
        const said = assembly.add(at(time), part('10', '1'));
        if (said.bar !== undefined) given.add(Number(said.bar.closeTime / 1_000_000_000n));
        if (said.missed === undefined) continue;
        expect(said.missed.until).toBeLessThanOrEqual(at(time + 5));
        for (let close = said.missed.from; close <= said.missed.until; close = (close + 30_000_000_000n) as UnixNanos)
          missed.add(Number(close / 1_000_000_000n));
      }
      const lastSeen = Math.max(...seen) + 5;
      for (let close = Math.floor(Math.min(...seen) / 30) * 30 + 30; close <= Math.floor(lastSeen / 30) * 30; close += 30) {
        const whole = [30, 25, 20, 15, 10, 5].every((before) => seen.has(close - before));
        const reported = [given.has(close), missed.has(close)];
        // A bar whose end was lost is known to be over only with the next part.
        if (!whole && !seen.has(close - 5) && ![...seen].some((time) => time >= close)) continue;
        expect(reported, `seed ${seed}, close ${close}`).toEqual([whole, !whole]);
      }
    }
  });
});

describe('windows of history', () => {
  it('cover every close of the time asked for once, at borders that do not depend on it', () => {
    const shape = BAR_SHAPES.get('1m')!;
    const windows = windowsOf(at(1_709_908_200), at(1_710_900_000), shape);
    expect(windows[0]!.from).toBeLessThan(at(1_709_908_200));
    expect(windows.at(-1)!.until).toBeGreaterThanOrEqual(at(1_710_900_000) - 1n);
    for (const [index, window] of windows.entries()) {
      if (index > 0) expect(window.from).toBe(windows[index - 1]!.until);
      expect(Number(window.from / 1_000_000_000n) % 86_400).toBe(8 * 3600);
    }
  });

  it('a close on a border belongs to the window that ends there', () => {
    const [border] = windowsOf(at(1_709_908_200), at(1_709_908_201), BAR_SHAPES.get('1m')!);
    expect(windowsOf(border!.until, (border!.until + 1n) as UnixNanos, BAR_SHAPES.get('1m')!)).toEqual([border]);
  });
});

describe('the pacing of history', () => {
  it('never grants more than the rules allow, whatever is asked for and when', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seededRandom(seed);
      let now = 0n;
      const granted: { readonly at: bigint; readonly identity: string; readonly subject: string; readonly weight: number }[] = [];
      const pacing = new Pacing({ now: () => now as UnixNanos }, (ms) => {
        now += BigInt(ms) * 1_000_000n;
        return Promise.resolve();
      });
      for (let index = 0; index < 150; index += 1) {
        now += BigInt(Math.floor(random.next() * 3e9));
        const subject = `subject ${Math.floor(random.next() * 3)}`;
        const request = {
          subject,
          identity: `${subject} ${Math.floor(random.next() * 6)}`,
          weight: random.next() < 0.3 ? (2 as const) : (1 as const),
        };
        await pacing.turn(request, new AbortController().signal);
        granted.push({ at: now, ...request });
      }
      for (const { at: time, identity, subject } of granted) {
        const within = (seconds: bigint) => granted.filter((other) => other.at <= time && other.at > time - seconds * 1_000_000_000n);
        expect(within(600n).reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(60);
        expect(within(15n).filter((other) => other.identity === identity)).toHaveLength(1);
        expect(within(2n).filter((other) => other.subject === subject).length).toBeLessThan(6);
      }
    }
  });
});
