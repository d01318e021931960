import { startTestPostgres } from '@tradewind/testkit';
import type { TestPostgres } from '@tradewind/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VersionConflictError } from '../src/index.js';
import type { Database } from '../src/index.js';
import { allCounts, openMigrated, stepChange } from './storage.js';
import type { Counter } from './storage.js';

let postgres: TestPostgres;
let database: Database;
let schemas = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.dispose();
});
beforeEach(async () => {
  schemas += 1;
  database = await openMigrated(postgres.url, `uow_${schemas}`);
  return () => database.close();
});

describe('unit of work', () => {
  it('writes inbox, state, events and outbox together and returns the outbox rows in the order given', async () => {
    const result = await database.unitOfWork.commit(stepChange(0, 0));
    expect(result).toMatchObject({
      status: 'committed',
      outbox: [
        { id: 'out/0/1', position: 1n },
        { id: 'out/0/2', position: 2n },
      ],
    });
    expect(await allCounts(database)).toEqual([2, 2, 1, 2]);
    expect(await database.unitOfWork.load<Counter>('counter')).toEqual({ version: 1, state: { total: 0n, steps: [0] } });
    const events = await database.unitOfWork.events({ limit: 10 });
    expect(events.map((event) => event.id)).toEqual(['ev/0/1', 'ev/0/2']);
    expect(events[0]).toMatchObject({ aggregate: 'counter', step: 0, at: 0n, payload: { n: 1, amount: 10n ** 20n } });
  });

  it('keeps subject, headers and payload of an outgoing message to the byte', async () => {
    const change = stepChange(3, 0);
    await database.unitOfWork.commit(change);
    const rows = await database.outbox.unpublished(10);
    expect(rows.map(({ id, subject, headers, payload }) => ({ id, subject, headers, payload: new Uint8Array(payload) }))).toEqual(
      change.outbox,
    );
  });

  it('does nothing when one of the messages was handled before, even if the others are new', async () => {
    await database.unitOfWork.commit(stepChange(0, 0));
    const again = await database.unitOfWork.commit(stepChange(1, 1, { messageIds: ['bars/1', 'marks/0'] }));
    expect(again).toEqual({ status: 'duplicate' });
    expect(await allCounts(database)).toEqual([2, 2, 1, 2]);
    expect((await database.unitOfWork.load('counter'))?.version).toBe(1);
  });

  it('answers duplicate, not conflict, when a handled message comes again with an old version', async () => {
    await database.unitOfWork.commit(stepChange(0, 0));
    await database.unitOfWork.commit(stepChange(1, 1));
    expect(await database.unitOfWork.commit(stepChange(0, 0))).toEqual({ status: 'duplicate' });
  });

  it('keeps the inboxes of two consumers apart', async () => {
    await database.unitOfWork.commit(stepChange(0, 0));
    const other = stepChange(0, 0, {
      consumer: 'other',
      events: [],
      outbox: [],
      aggregate: { name: 'other', expectedVersion: 0, state: {} },
    });
    expect((await database.unitOfWork.commit(other)).status).toBe('committed');
  });

  it('refuses a stale version and writes nothing at all', async () => {
    await database.unitOfWork.commit(stepChange(0, 0));
    await expect(database.unitOfWork.commit(stepChange(1, 0))).rejects.toThrow(VersionConflictError);
    await expect(database.unitOfWork.commit(stepChange(1, 5))).rejects.toMatchObject({
      code: 'version-conflict',
      aggregate: 'counter',
      expectedVersion: 5,
    });
    expect(await allCounts(database)).toEqual([2, 2, 1, 2]);
    expect((await database.unitOfWork.commit(stepChange(1, 1))).status).toBe('committed');
  });

  it.each([0, 1])('lets exactly one of many concurrent commits on version %i win', async (version) => {
    if (version === 1) await database.unitOfWork.commit(stepChange(0, 0));
    const before = await allCounts(database);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => database.unitOfWork.commit(stepChange(10 + n, version))));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(VersionConflictError);
    expect((await database.unitOfWork.load('counter'))?.version).toBe(version + 1);
    expect(await allCounts(database)).toEqual([(before[0] ?? 0) + 2, (before[1] ?? 0) + 2, 1, (before[3] ?? 0) + 2]);
  });

  it('handles a message once when two instances commit it at the same moment without an aggregate', async () => {
    for (let round = 0; round < 20; round += 1) {
      const attempts = Array.from({ length: 4 }, (_, n) => {
        const { aggregate: _none, ...change } = stepChange(round, 0, { messageIds: [`race/${round}`, `own/${round}/${n}`], events: [] });
        return database.unitOfWork.commit({
          ...change,
          outbox: change.outbox.map((message) => ({ ...message, id: `${message.id}/${n}` })),
        });
      });
      const statuses = (await Promise.all(attempts)).map((result) => result.status).sort();
      expect(statuses).toEqual(['committed', 'duplicate', 'duplicate', 'duplicate']);
    }
    expect(await allCounts(database)).toEqual([40, 40, 0, 0]);
  });

  it('refuses a second event or message of one id: a broken invariant is an error and leaves nothing behind', async () => {
    await database.unitOfWork.commit(stepChange(0, 0));
    const sameEvent = stepChange(1, 1, { events: stepChange(0, 0).events });
    await expect(database.unitOfWork.commit(sameEvent)).rejects.toMatchObject({ code: '23505' });
    const sameMessage = stepChange(1, 1, { outbox: stepChange(0, 0).outbox });
    await expect(database.unitOfWork.commit(sameMessage)).rejects.toMatchObject({ code: '23505' });
    expect(await allCounts(database)).toEqual([2, 2, 1, 2]);
  });

  it('commits a change of any emptiness: no messages, no events, no outbox, no aggregate', async () => {
    expect(await database.unitOfWork.commit({ consumer: 'c', messageIds: [], events: [], outbox: [] })).toEqual({
      status: 'committed',
      outbox: [],
    });
  });

  it('draws outbox positions in the order given for a large batch', async () => {
    const outbox = Array.from({ length: 500 }, (_, n) => ({ id: `big/${n}`, subject: 's', headers: {}, payload: new Uint8Array(0) }));
    const result = await database.unitOfWork.commit(stepChange(0, 0, { outbox }));
    if (result.status !== 'committed') throw new Error(result.status);
    expect(result.outbox.map((row) => row.position)).toEqual(outbox.map((_, n) => BigInt(n + 1)));
    expect((await database.outbox.unpublished(1_000)).map((row) => row.id)).toEqual(outbox.map((message) => message.id));
  });

  it('refuses state that is not plain data before anything is sent', async () => {
    const change = stepChange(0, 0, { aggregate: { name: 'counter', expectedVersion: 0, state: { seen: new Map() } } });
    await expect(database.unitOfWork.commit(change)).rejects.toThrow(TypeError);
  });
});

describe('outbox store', () => {
  it('forgets what was marked and keeps the rest in order', async () => {
    await database.unitOfWork.commit(stepChange(0, 0));
    await database.unitOfWork.commit(stepChange(1, 1));
    await database.outbox.markPublished([1n, 3n]);
    expect((await database.outbox.unpublished(10)).map((row) => row.position)).toEqual([2n, 4n]);
    expect((await database.outbox.backlog()).rows).toBe(2);
    expect((await database.outbox.unpublished(1)).map((row) => row.position)).toEqual([2n]);
  });

  it('lets one process lead, and another as soon as the first resigns or dies', async () => {
    const other = await openMigrated(postgres.url, database.schema);
    expect(await database.outbox.tryLead()).toBe(true);
    expect(await database.outbox.tryLead()).toBe(true);
    expect(await other.outbox.tryLead()).toBe(false);
    await database.outbox.resign();
    await expect.poll(() => other.outbox.tryLead()).toBe(true);
    await other.close();
    await expect.poll(() => database.outbox.tryLead()).toBe(true);
  });

  it('prunes old inbox rows and published messages in batches, and never an unpublished one', async () => {
    for (let step = 0; step < 5; step += 1) await database.unitOfWork.commit(stepChange(step, step));
    await database.outbox.markPublished([1n, 2n, 3n, 4n, 5n]);
    const keep = { inboxKeepSeconds: 3_600, outboxKeepSeconds: 3_600, batchRows: 2, batchesMax: 10 };
    expect(await database.prune(keep)).toEqual({ inbox: 0, outbox: 0 });
    expect(await database.prune({ ...keep, inboxKeepSeconds: 0, outboxKeepSeconds: 0, batchesMax: 2 })).toEqual({ inbox: 4, outbox: 4 });
    expect(await database.prune({ ...keep, inboxKeepSeconds: 0, outboxKeepSeconds: 0 })).toEqual({ inbox: 6, outbox: 1 });
    expect((await database.outbox.unpublished(10)).map((row) => row.position)).toEqual([6n, 7n, 8n, 9n, 10n]);
  });
});

describe('history', () => {
  it('inserts rows in chunks and skips those that are there already', async () => {
    await database.pool.query('CREATE TABLE bar (symbol text, at bigint, close bigint, raw bytea, note text, PRIMARY KEY (symbol, at))');
    const rows = Array.from({ length: 2_500 }, (_, n) => [
      'SPX',
      BigInt(n) * 10n ** 15n,
      BigInt(n),
      new Uint8Array([n % 256]),
      n % 2 === 0 ? null : `{"q,${n}"}`,
    ]);
    const columns = { symbol: 'text', at: 'bigint', close: 'bigint', raw: 'bytea', note: 'text' };
    expect(await database.insertRows({ table: 'bar', columns, rows: rows.slice(0, 1_700) })).toBe(1_700);
    expect(await database.insertRows({ table: 'bar', columns, rows })).toBe(800);
    const { rows: stored } = await database.pool.query('SELECT at, close, raw, note FROM bar ORDER BY at OFFSET 2499');
    expect(stored).toEqual([{ at: String(2_499n * 10n ** 15n), close: '2499', raw: Buffer.from([195]), note: '{"q,2499"}' }]);
  });

  it('refuses a row of the wrong length and a name that would need quoting', async () => {
    const batch = { table: 'inbox', columns: { consumer: 'text', message_id: 'text' } };
    await expect(database.insertRows({ ...batch, rows: [['c']] })).rejects.toThrow(/1 values for 2 columns/);
    await expect(database.insertRows({ ...batch, table: 'inbox; DROP', rows: [] })).rejects.toThrow(RangeError);
    await expect(database.insertRows({ ...batch, columns: { consumer: 'text) --' }, rows: [] })).rejects.toThrow(RangeError);
  });
});
