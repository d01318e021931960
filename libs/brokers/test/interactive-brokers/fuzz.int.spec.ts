import { seededRandom } from '@tradewind/testkit';
import { afterEach, expect, it } from 'vitest';

import { RecordingBrokerSink, settle, surroundings, until } from '../acceptance/bench.js';
import { orderOf } from '../acceptance/scene.js';
import { openTws, SceneClock, startTws } from './tws-venue.js';

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).toReversed()) await end();
});

const SPOILED = ['', '-1', 'x', 'NaN', '1.7976931348623157E308', '999999999999999999999', '0', '2147483647', 'Ω\u0001', '1e99'];
const MESSAGES = [
  'openOrder',
  'orderStatus',
  'executionData',
  'commissionReport',
  'openOrderEnd',
  'completedOrder',
  'error',
  'nextValidId',
] as const;

it('goes on trading whatever field of whatever message TWS spoils: no crash, no fill doubled, nothing dropped in silence', async () => {
  const server = await startTws(new SceneClock());
  running.push(() => server.close());
  const broker = openTws(server, surroundings().environment, { answerTimeoutMs: '30', questionTimeoutMs: '400', heartbeatMs: '2000' });
  running.push(() => broker.close());
  const sink = new RecordingBrokerSink();
  await broker.connect(sink, AbortSignal.timeout(5000));
  const random = seededRandom(2104);
  const ids: string[] = [];
  for (let round = 0; round < 120; round += 1) {
    server.trading.quote('AAPL', '100', '100.1');
    for (let spoil = 0; spoil < 2; spoil += 1) {
      const value = random.pick(SPOILED);
      server.rewriteNext(random.pick(MESSAGES), (fields) =>
        fields.length === 0 ? fields : fields.with(random.integer(0, fields.length - 1), value),
      );
    }
    const order = orderOf('MARKET', { side: round % 2 === 0 ? 'BUY' : 'SELL' });
    const { status } = await broker.submit(order);
    if (status === 'TAKEN' || status === 'UNKNOWN') ids.push(order.clientOrderId);
  }
  server.forgetScript();
  await settle(100);
  // A connection whose numbers were spoiled is made anew; then every trade of the account is known, once.
  const before = sink.count('DOWN');
  server.dropConnections();
  await until('it is up again', () => sink.links.at(-1)?.kind === 'UP' && sink.count('DOWN') > before);
  const snapshot = await broker.snapshot(0n as never);
  const executions = new Map(snapshot.executions.map((execution) => [execution.executionId, execution]));
  expect(executions.size).toBe(snapshot.executions.length);
  expect(executions.size).toBe(server.trading.desk.book.executions.length);
  const told = sink.reports.filter((report) => report.type === 'FILLED');
  const perExecution = new Map<string, number>();
  for (const fill of told) if (fill.type === 'FILLED') perExecution.set(fill.executionId, (perExecution.get(fill.executionId) ?? 0) + 1);
  for (const executionId of executions.keys()) expect([executionId, perExecution.get(executionId)]).toEqual([executionId, 1]);
  for (const id of ids) expect([...executions.values()].filter(({ clientOrderId }) => clientOrderId === id).length).toBeLessThanOrEqual(1);
  expect(sink.faults.length).toBeGreaterThan(20);
  for (const { error } of sink.faults)
    expect(error.code === 'BAD_RESPONSE' && error.details.field !== undefined && error.details.rule !== undefined).toBe(true);
});
