import { expect, it } from 'vitest';

import type { Bar, Tick } from '@tradewind/market';

import type { LiveKind, LiveSession } from '../../src/source.js';
import type { SourceHarness } from './harness.js';
import { type Bench, refusal } from './request-cases.js';
import { bookAfter, RecordingSink, until } from './surroundings.js';

interface Running {
  readonly session: LiveSession;
  readonly sink: RecordingSink;
  readonly close: () => Promise<void>;
}

const sameMessage = (left: Tick | Bar, right: Tick | Bar): boolean => {
  const text = (value: Tick | Bar): string =>
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
  return text(left) === text(right);
};

const rigOf = (harness: SourceHarness, kinds: readonly LiveKind[], bench: () => Bench) => {
  const sample = harness.live;
  const has = (fault: 'drop' | 'silence' | 'refuse' | 'unreadable'): boolean => sample !== undefined && harness.liveFaults.has(fault);
  const start = async (sink = new RecordingSink(), wanted = kinds): Promise<Running> => {
    const session = await bench().source.live({ symbols: sample!.symbols, kinds: wanted, interval: sample!.interval }, sink);
    return { session, sink, close: () => session.close() };
  };
  const messagesOf = (kind: LiveKind): readonly (Tick | Bar)[] => (kind === 'book' ? [] : (sample?.messages[kind] ?? []));
  const received = (sink: RecordingSink, kind: LiveKind): readonly (Tick | Bar)[] =>
    kind === 'bars' ? sink.bars : sink.ticks.filter((tick) => tick.kind === (kind === 'trades' ? 'trade' : 'quote'));
  const first: LiveKind | undefined = (['trades', 'quotes', 'bars'] as const).find((kind) => messagesOf(kind).length > 0);
  const arrived = (sink: RecordingSink, count: number) => until(`${count} messages arrive`, () => received(sink, first!).length >= count);
  const returned = async (sink: RecordingSink): Promise<void> => {
    await until('the source is down', () => sink.count('DOWN') > 0);
    await until('the source is up again', () => sink.count('UP') > 1);
  };

  return { sample, kinds, selfMade: harness.selfMade === true, first, has, start, messagesOf, received, arrived, returned };
};
type Rig = ReturnType<typeof rigOf>;

const decodingCases = ({ sample, kinds, selfMade, start, messagesOf, received }: Rig, bench: () => Bench): void => {
  it.runIf(sample)('connects, subscribes to everything and says that it is up', async () => {
    const { sink, close } = await start();
    expect(sink.statuses.map(({ kind }) => kind)).toEqual(['UP']);
    if (!selfMade) {
      expect(bench().venue.connections()).toBe(1);
      expect(bench().venue.subscriptions().length).toBeGreaterThanOrEqual(sample!.symbols.length);
    }
    await close();
  });
  for (const kind of ['trades', 'quotes', 'bars'] as const) {
    it.runIf(sample !== undefined && !selfMade && kinds.includes(kind))(
      `decodes live ${kind} to the last field, in order of arrival`,
      async () => {
        const { sink, close } = await start();
        for (const message of messagesOf(kind)) bench().venue.publish(message);
        await until(`all ${kind} arrive`, () => received(sink, kind).length >= messagesOf(kind).length);
        expect(received(sink, kind)).toEqual(messagesOf(kind));
        expect(sink.faults).toEqual([]);
        await close();
      },
    );
  }
};

const selfMadeCases = ({ sample, kinds, selfMade, start }: Rig): void => {
  it.runIf(selfMade)('gives every kind that is asked for and no other, a book from its snapshot on', async () => {
    const kindOf = (tick: Tick): LiveKind => (tick.kind === 'trade' ? 'trades' : tick.kind === 'quote' ? 'quotes' : 'book');
    for (const wanted of [kinds, ...kinds.map((kind) => [kind])]) {
      const { sink, close } = await start(new RecordingSink(), wanted);
      await until('each kind arrives', () => wanted.every((kind) => sink.ticks.some((tick) => kindOf(tick) === kind)));
      await close();
      expect(new Set(sink.ticks.map(kindOf))).toEqual(new Set(wanted));
      for (const symbol of sample!.symbols) {
        const first = sink.ticks.find((tick) => tick.symbol === symbol && kindOf(tick) === 'book');
        expect(first?.kind).toBe(wanted.includes('book') ? 'book-snapshot' : undefined);
      }
    }
  });
};

const bookCases = ({ sample, kinds, selfMade, has, start, returned }: Rig, bench: () => Bench): void => {
  it.runIf(sample !== undefined && !selfMade && kinds.includes('book'))(
    'gives a snapshot of the book first and then what changes it',
    async () => {
      const { sink, close } = await start();
      const books = () => sink.ticks.filter(({ kind }) => kind === 'book-snapshot' || kind === 'book-delta');
      await until('a snapshot arrives', () => books().length > 0);
      expect(books()[0]!.kind).toBe('book-snapshot');
      const expected = bookAfter([...books(), ...sample!.bookChanges]);
      expect(expected).not.toEqual(bookAfter(books()));
      for (const change of sample!.bookChanges) bench().venue.publish(change);
      await until('the book has changed', () => bookAfter(books()).join() === expected.join());
      await close();
    },
  );
  it.runIf(has('drop') && kinds.includes('book'))('snapshots the book anew after a reconnection', async () => {
    const { sink, close } = await start();
    const snapshots = () => sink.ticks.filter(({ kind }) => kind === 'book-snapshot').length;
    await until('the first snapshot arrives', () => snapshots() > 0);
    const before = snapshots();
    bench().venue.drop();
    await returned(sink);
    await until('the book is snapshotted anew', () => snapshots() > before);
    await close();
  });
};

const lossCases = ({ sample, first, has, start, messagesOf, arrived, returned }: Rig, harness: SourceHarness, bench: () => Bench): void => {
  it.runIf(has('drop'))('comes back after a connection dropped in the middle of a message and is subscribed to the same', async () => {
    const { sink, close } = await start();
    const before = bench().venue.subscriptions();
    bench().venue.drop();
    await returned(sink);
    expect(bench().venue.subscriptions()).toEqual(before);
    if (first !== undefined) {
      bench().venue.publish(messagesOf(first)[0]!);
      await arrived(sink, 1);
    }
    await close();
  });
  it.runIf(has('drop'))('says what was missed during a loss, for each symbol', async () => {
    const { sink, close } = await start();
    bench().venue.drop();
    await returned(sink);
    await until('the gaps are told', () => sink.count('GAP') >= sample!.symbols.length);
    const gaps = sink.statuses.filter((status) => status.kind === 'GAP');
    expect(gaps.map(({ symbol }) => symbol).toSorted()).toEqual(sample!.symbols.toSorted());
    for (const gap of gaps) expect(gap.from).toBeLessThanOrEqual(gap.until);
    await close();
  });
  it.runIf(has('silence'))('takes silence for a loss and connects anew', async () => {
    const { sink, close } = await start();
    bench().venue.silence();
    await returned(sink);
    const down = sink.statuses.find((status) => status.kind === 'DOWN');
    expect(down).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    await close();
  });
  it.runIf(has('refuse'))('waits longer after each refused connection', async () => {
    const { sink, close } = await start();
    bench().venue.refuse(3);
    bench().venue.drop();
    await returned(sink);
    const waits = bench().around.pauses.slice(-4);
    expect(waits).toHaveLength(4);
    expect(waits[3]).toBeGreaterThan(waits[0]!);
    expect(Math.max(...waits)).toBeLessThanOrEqual(harness.backoffMsMax);
    await close();
  });
  it.runIf(has('refuse'))('rejects when the first connection is refused', async () => {
    bench().venue.refuse(1);
    await refusal(start());
    expect(bench().venue.connections()).toBe(0);
  });
};

const messageCases = ({ first, has, start, messagesOf, received, arrived }: Rig, bench: () => Bench): void => {
  it.runIf(first)('passes messages out of order on as they come', async () => {
    if (first === undefined) return;
    const { sink, close } = await start();
    const reversed = messagesOf(first).toReversed();
    for (const message of reversed) bench().venue.publish(message);
    await arrived(sink, reversed.length);
    expect(received(sink, first)).toEqual(reversed);
    await close();
  });
  it.runIf(first)('loses nothing among doubled messages and adds none', async () => {
    if (first === undefined) return;
    const { sink, close } = await start();
    const messages = messagesOf(first);
    for (const message of messages) for (const copy of [message, message]) bench().venue.publish(copy);
    const seen = (message: Tick | Bar): number => received(sink, first).filter((one) => sameMessage(one, message)).length;
    await until('the last message arrives', () => seen(messages.at(-1)!) > 0);
    for (const message of messages) expect(seen(message)).toBeOneOf([1, 2]);
    await close();
  });
  it.runIf(has('unreadable'))('reports a message that it can not read, with the message, and goes on', async () => {
    const { sink, close } = await start();
    bench().venue.sendUnreadable();
    await until('the fault is told', () => sink.faults.length > 0);
    expect(sink.faults[0]!.error.code).toBe('BAD_RESPONSE');
    expect(sink.faults[0]!.raw).not.toBe('');
    if (first !== undefined) {
      bench().venue.publish(messagesOf(first)[0]!);
      await arrived(sink, 1);
    }
    expect(sink.count('DOWN')).toBe(0);
    await close();
  });
};

const closingCases = ({ sample, kinds, has, start, messagesOf }: Rig, bench: () => Bench): void => {
  it.runIf(sample)('says nothing more after it is closed, and can be closed twice', async () => {
    const { sink, close } = await start();
    await close();
    await close();
    const said = [sink.statuses.length, sink.ticks.filter(({ kind }) => kind === 'trade').length, sink.bars.length];
    for (const kind of kinds) for (const message of messagesOf(kind)) bench().venue.publish(message);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([sink.statuses.length, sink.ticks.filter(({ kind }) => kind === 'trade').length, sink.bars.length]).toEqual(said);
    expect(bench().venue.connections()).toBe(0);
  });
  it.runIf(has('refuse'))('can be closed while it waits to reconnect', async () => {
    const { sink, close } = await start();
    bench().venue.refuse(1000);
    bench().venue.drop();
    await until('the source is down', () => sink.count('DOWN') > 0);
    await close();
    expect(bench().venue.connections()).toBe(0);
  });
};

/** Connection, subscription, decoding, loss and return: for sources that have live data. */
export const liveCases = (harness: SourceHarness, kinds: readonly LiveKind[], bench: () => Bench): void => {
  const rig = rigOf(harness, kinds, bench);
  decodingCases(rig, bench);
  selfMadeCases(rig);
  bookCases(rig, bench);
  lossCases(rig, harness, bench);
  messageCases(rig, bench);
  closingCases(rig, bench);
};
