import { fileURLToPath } from 'node:url';
import { migrate, openDatabase, isDatabaseAway } from '@tradewind/database';
import type { Database, OutboxRowLike } from '@tradewind/database';
import { startTestPostgres } from '@tradewind/testkit';
import type { TestPostgres } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, DurableStage } from '../src/index.js';
import type { StageDecision } from '../src/index.js';

interface Sum {
  readonly total: bigint;
  readonly lastStep: number;
}
interface Added {
  readonly step: number;
  readonly amount: bigint;
}

const evolve = (state: Sum, event: Added): Sum => ({ total: state.total + event.amount, lastStep: event.step });
const initialState = (): Sum => ({ total: 0n, lastStep: -1 });
const decide =
  (step: number) =>
  (state: Sum): StageDecision<Sum, bigint> => {
    const added: Added = { step, amount: BigInt(step) * 10n ** 18n };
    const next = evolve(state, added);
    return {
      state: next,
      events: [{ id: `added/${step}`, type: 'Added', step, at: nanosFromMillis(step), payload: added }],
      outbox: [{ id: `sum/${step}`, subject: 'tw.test', headers: {}, payload: new TextEncoder().encode(String(next.total)) }],
      result: next.total,
    };
  };

const log = createLogger({ service: 'test', level: 'silent', secrets: [] });
let postgres: TestPostgres;
let database: Database;
let offered: OutboxRowLike[];
let schemas = 0;

const openStage = (): Promise<DurableStage<Sum>> =>
  DurableStage.open({
    name: 'sum',
    initialState,
    unitOfWork: database.unitOfWork,
    relay: { offer: (rows) => void offered.push(...rows) },
    registry: new Registry(),
  });

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.dispose();
});
beforeEach(async () => {
  schemas += 1;
  offered = [];
  const schema = `stage_${schemas}`;
  await migrate({
    url: postgres.url,
    schema,
    migrationsDir: fileURLToPath(new URL('../../../services/risk/prisma/migrations', import.meta.url)),
    log,
  });
  database = openDatabase({ url: postgres.url, schema, applicationName: 'stage-test', poolMax: 4, log });
  return () => database.close();
});

describe('durable stage', () => {
  it('commits a step, gives its rows to the relay in order, and starts again from what it saved', async () => {
    const stage = await openStage();
    for (let step = 0; step < 3; step += 1) expect((await stage.run([`m/${step}`], decide(step))).status).toBe('committed');
    expect(offered.map((row) => [row.position, row.id])).toEqual([
      [1n, 'sum/0'],
      [2n, 'sum/1'],
      [3n, 'sum/2'],
    ]);
    const restarted = await openStage();
    expect(restarted).toMatchObject({ version: 3, state: { total: 3n * 10n ** 18n, lastStep: 2 } });
  });

  it('changes nothing on a message that was handled before, also after a restart', async () => {
    const stage = await openStage();
    expect(await stage.run(['m/0'], decide(0))).toEqual({ status: 'committed', result: 0n });
    expect(await stage.run(['m/0'], decide(0))).toEqual({ status: 'duplicate' });
    const restarted = await openStage();
    expect(await restarted.run(['m/0'], decide(0))).toEqual({ status: 'duplicate' });
    expect(restarted.version).toBe(1);
    expect(offered).toHaveLength(1);
  });

  it('runs calls one after another, each on the state the last one left', async () => {
    const stage = await openStage();
    const results = await Promise.all(Array.from({ length: 20 }, (_, step) => stage.run([`m/${step}`], decide(step))));
    expect(results.every((result) => result.status === 'committed')).toBe(true);
    expect(stage.state).toEqual({ total: 190n * 10n ** 18n, lastStep: 19 });
  });

  it('decides again on the newer state when another instance was first', async () => {
    const [one, two] = await Promise.all([openStage(), openStage()]);
    await one.run(['m/0'], decide(1));
    await one.run(['m/1'], decide(2));
    expect(await two.run(['m/2'], decide(3))).toEqual({ status: 'committed', result: 6n * 10n ** 18n });
    expect(two.version).toBe(3);
  });

  it('takes part in a race of instances over the same messages: each step once, the sum exact', async () => {
    const stages = await Promise.all([openStage(), openStage(), openStage()]);
    for (let step = 0; step < 15; step += 1) {
      const outcomes = await Promise.all(stages.map((stage) => stage.run([`m/${step}`], decide(step))));
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['committed', 'duplicate', 'duplicate']);
    }
    for (const stage of stages) expect(stage).toMatchObject({ version: 15, state: { total: 105n * 10n ** 18n, lastStep: 14 } });
  });

  it('keeps its state and its place when deciding throws', async () => {
    const stage = await openStage();
    await stage.run(['m/0'], decide(1));
    await expect(
      stage.run(['m/1'], () => {
        throw new RangeError('planted');
      }),
    ).rejects.toThrow('planted');
    expect(await stage.run(['m/1'], decide(2))).toEqual({ status: 'committed', result: 3n * 10n ** 18n });
  });

  it('folds its events to exactly the state it saved', async () => {
    const stage = await openStage();
    for (let step = 0; step < 25; step += 1) await stage.run([`m/${step}`], decide(step));
    const events = await database.unitOfWork.events<Added>({ aggregate: 'sum', limit: 100 });
    expect(events.map((event) => event.payload).reduce(evolve, initialState())).toEqual(
      (await database.unitOfWork.load<Sum>('sum'))?.state,
    );
  });

  it('loses and repeats no step while Postgres is killed under it', async () => {
    const stage = await openStage();
    const running = (async () => {
      for (let step = 0; step < 400;) {
        try {
          await stage.run([`m/${step}`], decide(step));
          step += 1;
        } catch (error) {
          if (!isDatabaseAway(error)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      }
    })();
    for (let kill = 0; kill < 3; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      await postgres.kill();
      await postgres.restart();
    }
    await running;
    const total = ((399n * 400n) / 2n) * 10n ** 18n;
    expect(stage).toMatchObject({ version: 400, state: { total, lastStep: 399 } });
    const restarted = await openStage();
    expect(restarted).toMatchObject({ version: 400, state: { total, lastStep: 399 } });
    const unpublished = await database.outbox.unpublished(1_000);
    expect(unpublished.map((row) => row.id)).toEqual(Array.from({ length: 400 }, (_, step) => `sum/${step}`));
  }, 60_000);
});
