import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkpointLine } from '@tradewind/audit';
import { openKeyFile, rotateKeyFile } from '@tradewind/audit-keys';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { nanosFromMillis } from '@tradewind/vocabulary';

import { CheckpointFolder } from '../src/checkpoint-folder.js';
import { Checkpoints } from '../src/checkpoints.js';
import { AuditHandler } from '../src/handler.js';
import { AuditStore } from '../src/store.js';
import { askStatus, ended, openTrail, retold, startService, SYMBOLS, type Trail, until } from './trail.js';

const counted = () => {
  const counts = { recorded: 0, repeated: 0, contradicted: [] as string[] };
  return {
    counts,
    said: {
      recorded: (many: number) => void (counts.recorded += many),
      repeated: (many: number) => void (counts.repeated += many),
      contradicted: (factId: string) => void counts.contradicted.push(factId),
    },
  };
};
const clock = { now: () => nanosFromMillis(1_700_000_000_000) };
const STEPS = 60;

describe('the trail on a real bus and database', () => {
  let trail: Trail;
  beforeAll(async () => {
    trail = await openTrail();
  });
  afterAll(async () => {
    await trail[Symbol.asyncDispose]();
  });
  let store: AuditStore;
  beforeEach(async () => {
    await trail.clear();
    store = new AuditStore(trail.database);
    await store.begin(clock.now());
    for (let step = 0; step < STEPS; step += 1) await trail.publish(step);
  });

  const handlerOf = (said = counted().said, chain = 'MARKET') => new AuditHandler(chain, store, clock, said);

  it('records one entry for each fact of a batch and nothing when it comes again', async () => {
    const { counts, said } = counted();
    const events = await trail.received();
    await handlerOf(said).record(events.slice(0, 20));
    await handlerOf(said).record(events);
    await handlerOf(said).record(events);
    expect(counts).toEqual({ recorded: STEPS * 2, repeated: 40 + STEPS * 2, contradicted: [] });
    expect((await trail.records()).map((record) => record.factId)).toEqual(
      events.flatMap((_, step) => SYMBOLS.map((symbol) => `bar/${symbol}/1d/${step}`)),
    );
    expect(await trail.verify()).toMatchObject({ ok: true, records: STEPS * 2 });
  });

  it('keeps one unforked chain when several processes record the same', async () => {
    const events = await trail.received();
    const writers = [handlerOf(), handlerOf(), handlerOf()];
    await Promise.all(
      writers.map(async (writer) => {
        for (let start = 0; start < events.length; start += 9) await writer.record(events.slice(start, start + 9));
      }),
    );
    expect(await trail.verify()).toMatchObject({ ok: true, records: STEPS * 2 });
  });

  it('goes on after an error in the middle as though nothing had been', async () => {
    const events = await trail.received();
    const handler = handlerOf();
    await handler.record(events.slice(0, 5));
    await trail.postgres.kill();
    // A session outlives its postmaster until it notices; recording the same again changes nothing.
    await until('refused', async () =>
      handler.record(events.slice(5, 10)).then(
        () => false,
        () => true,
      ),
    );
    await trail.postgres.restart();
    await until('recorded', async () =>
      handler.record(events.slice(5, 10)).then(
        () => true,
        () => false,
      ),
    );
    expect(await trail.verify()).toMatchObject({ ok: true, records: 20 });
  });

  it('tells a fact that comes again with different content, and keeps the first', async () => {
    const { counts, said } = counted();
    const [event] = await trail.received();
    const fact = event!.decode() as { bars: readonly object[] };
    const changed = retold(event!, () => ({ ...fact, bars: fact.bars.map((bar) => ({ ...bar, source: 'forged' })) }));
    await handlerOf(said).record([event!]);
    await handlerOf(said).record([changed]);
    expect(counts.contradicted).toEqual(['bar/NDX/1d/0', 'bar/SPX/1d/0']);
    expect((await trail.records())[0]!.payload).not.toContain('forged');
  });

  it('records a message that no contract can read', async () => {
    const [event] = await trail.received();
    const broken = retold(event!, () => {
      throw new Error('malformed');
    });
    await handlerOf().record([broken]);
    expect((await trail.records())[0]).toMatchObject({ kind: 'undecodable', factId: `undecodable/MARKET/${event!.sequence}` });
  });

  it.each<readonly [string, (bar: object) => unknown]>([
    ['a NUL', (bar: object) => ({ ...bar, symbol: 'S\0PX' })],
    ['half a surrogate pair', (bar: object) => ({ ...bar, id: 'bar/\ud800' })],
    ['an id longer than an index takes', (bar: object) => ({ ...bar, id: 'x'.repeat(5_000) })],
    ['a time no column holds', (bar: object) => ({ ...bar, closeTime: 1n << 70n })],
    ['no id', (bar: object) => ({ ...bar, id: undefined })],
    ['what is no plain data', (bar: object) => ({ ...bar, volume: new Map() })],
    ['a function', () => () => 1],
    ['nothing', () => null],
  ])('goes on after a message with %s, which is recorded by its digest', async (_what, spoil) => {
    const [event, next] = await trail.received();
    const fact = event!.decode() as { readonly bars: readonly object[] };
    await handlerOf().record([retold(event!, () => ({ ...fact, bars: fact.bars.map(spoil) })), next!]);
    const records = await trail.records();
    expect(records.map(({ kind }) => kind)).toEqual(['undecodable', 'bar', 'bar']);
    expect(records[0]).toMatchObject({ factId: `undecodable/MARKET/${event!.sequence}`, flags: ['unreadable'] });
    expect(await trail.verify()).toMatchObject({ ok: true, records: 3 });
  });

  it('signs checkpoints, in the database and outside of it, and goes on with a key that the old one vouches for', async () => {
    const path = join(trail.folder, 'rotated.pem');
    const exported = join(trail.folder, 'exported');
    const checkpointsWith = async () => new Checkpoints(store, await openKeyFile(path), new CheckpointFolder(exported), clock);
    const events = await trail.received();
    const first = await checkpointsWith();
    const before = await first.introduceKey(handlerOf(undefined, 'AUDIT'));
    expect(await first.introduceKey(handlerOf(undefined, 'AUDIT'))).toEqual(before);
    await handlerOf().record(events.slice(0, 20));
    await first.sign();
    await first.sign();
    await appendFile(join(exported, 'checkpoints.jsonl'), '{"checkpoint":{"num');
    await rotateKeyFile(path);
    const second = await checkpointsWith();
    expect((await second.introduceKey(handlerOf(undefined, 'AUDIT'))).previous).toBe(before.key);
    await handlerOf().record(events.slice(20));
    await second.sign();
    expect(await trail.verify()).toMatchObject({ ok: true, checkpoints: 2, unsigned: 0, records: STEPS * 2 + 2 });
    const lines = (await readFile(join(exported, 'checkpoints.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual((await trail.checkpoints()).map(checkpointLine));
    // A whole rewrite, chain by chain consistent, is not what was signed.
    await trail.tamper('TRUNCATE record, chain');
    await store.begin(clock.now());
    await first.introduceKey(handlerOf(undefined, 'AUDIT'));
    await handlerOf().record(events.slice(1));
    expect((await trail.verify()).faults.map(({ code }) => code)).toContain('ROOT_MISMATCH');
  });

  it.each([
    ['an altered payload', `UPDATE record SET payload = replace(payload, '"SPX"', '"XPS"') WHERE sequence = 42`, 'ALTERED_PAYLOAD', 42],
    ['an altered field', `UPDATE record SET actor = 'nobody' WHERE sequence = 17`, 'ALTERED_RECORD', 17],
    ['a deleted record', 'DELETE FROM record WHERE sequence = 8', 'GAP', 9],
    ['a cut tail', 'DELETE FROM record WHERE sequence > 100', 'HEAD_MISMATCH', 100],
    [
      'two records exchanged',
      'UPDATE record SET sequence = CASE sequence WHEN 30 THEN 1000 ELSE 30 END WHERE sequence IN (30, 31)',
      'ALTERED_RECORD',
      30,
    ],
  ])('is found and located when a superuser makes %s', async (_what, tampering, code, sequence) => {
    await handlerOf().record(await trail.received());
    expect((await trail.verify()).ok).toBe(true);
    await trail.tamper(tampering);
    const result = await trail.verify();
    expect(result.faults.map((fault) => [fault.chain, fault.code, fault.sequence])).toEqual([['MARKET', code, sequence]]);
  });

  it('takes ten thousand records in one go', async () => {
    const events = await trail.received();
    const [first] = events;
    const fact = first!.decode() as { bars: readonly { id: string }[] };
    const many = Array.from({ length: 5_000 }, (_, index) =>
      retold(first!, () => ({ ...fact, bars: fact.bars.map((bar) => ({ ...bar, id: `${bar.id}/${index}` })) })),
    );
    const handler = handlerOf();
    for (let from = 0; from < many.length; from += 400) await handler.record(many.slice(from, from + 400));
    expect(await trail.verify()).toMatchObject({ ok: true, records: 10_000 });
  });
});

describe('the service process', () => {
  let trail: Trail;
  beforeEach(async () => {
    trail = await openTrail();
  });
  afterEach(async () => {
    await trail[Symbol.asyncDispose]();
  });

  it('records exactly one record for each fact although it is killed while batches are written', async () => {
    const steps = 400;
    let child = startService(trail);
    let published = 0;
    for (const share of [100, 200, 300, steps]) {
      while (published < share) await trail.publish(published++);
      const before = (await trail.records()).length;
      await until('it records', async () => (await trail.records()).length > before);
      const gone = ended(child);
      child.kill('SIGKILL');
      await gone;
      child = startService(trail);
    }
    await until(
      'everything is recorded',
      async () => (await askStatus(trail.bus))?.pending === 0 && (await trail.records()).length === steps * 2,
    );
    const status = await askStatus(trail.bus);
    const result = await trail.verify();
    expect(result).toMatchObject({ ok: true, records: steps * 2 + 1, faults: [] });
    expect(status).toMatchObject({ records: steps * 2 + 1, lastStep: steps - 1 });
    expect(new Set((await trail.records()).map((record) => record.factId)).size).toBe(steps * 2);
    const gone = ended(child);
    child.kill('SIGTERM');
    expect(await gone).toBe(0);
    // What ends in order ends signed.
    expect(await trail.verify()).toMatchObject({ ok: true, unsigned: 0 });
    const lines = await readFile(join(trail.folder, 'checkpoints', 'checkpoints.jsonl'), 'utf8');
    expect(lines.trimEnd().split('\n')).toEqual((await trail.checkpoints()).map(checkpointLine));
  });
});
