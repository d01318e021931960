import type { ChildProcess } from 'node:child_process';

import type { AuditCommand } from '@tradewind/audit';
import type { TradingStateChanged } from '@tradewind/risk';
import { HttpReceiver } from '@tradewind/testkit';
import { accountIdOf, nanosFromMillis } from '@tradewind/vocabulary';
import { decodeRpcResponse, encodeRpcRequest } from '@tradewind/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { askStatus, ended, openTrail, startService, type Trail, until } from './trail.js';

interface Told {
  readonly id: string;
  readonly subject: string;
  readonly alerts: readonly { readonly key: string; readonly status: string; readonly count: number }[];
}

const accountId = accountIdOf('paper-1');
let facts = 0;

describe('alerts of a running service', () => {
  let trail: Trail;
  let receiver: HttpReceiver;
  let child: ChildProcess;
  const told = (): readonly Told[] => receiver.bodies as readonly Told[];

  const start = async (): Promise<void> => {
    child = startService(trail, { TW_ALERTS_WEBHOOK_URL: receiver.url, TW_ALERTS_WEBHOOK_SEVERITY_MIN: 'INFO' });
    await until('the service answers', async () => (await askStatus(trail.bus)) !== undefined);
  };
  const kill = async (): Promise<void> => {
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
  };
  const say = async (status: 'HALTED' | 'ACTIVE', reason: string): Promise<void> => {
    const at = nanosFromMillis(Date.now());
    const fact: TradingStateChanged = {
      id: `ts/${(facts += 1)}`,
      at,
      previous: 'ACTIVE',
      state: { accountId, status, actor: 'ann', reason, since: at },
      causes: [],
    };
    await trail.bus.publish(trail.bus.envelope('risk.states', fact, { id: fact.id, partition: 0, key: accountId }));
  };
  const command = async (fact: AuditCommand): Promise<void> =>
    void (await trail.bus.publish(trail.bus.envelope('audit.commands', fact, { id: fact.id, partition: 0, key: 'alerts' })));
  const listed = async () => {
    const answer = await trail.bus.request('audit.alerts', encodeRpcRequest('audit.alerts', { includeResolved: false }), 2_000);
    return decodeRpcResponse('audit.alerts', answer).alerts;
  };

  beforeAll(async () => {
    [trail, receiver] = await Promise.all([openTrail(), HttpReceiver.start()]);
    await start();
  }, 60_000);
  afterEach(() => {
    receiver.received.length = 0;
    receiver.answer = { status: 200, body: 'ok' };
  });
  afterAll(async () => {
    await kill();
    await receiver.stop();
    await trail[Symbol.asyncDispose]();
  });

  it('tells a halt once, however often it is said, and within seconds', async () => {
    const saidAt = Date.now();
    for (const reason of ['drill', 'drill again', 'and again']) await say('HALTED', reason);
    await until('the halt is told', async () => told().length > 0, 10_000);
    process.stdout.write(`a halt was told after ${Date.now() - saidAt} ms\n`);
    await until('all three are counted', async () => (await listed())[0]?.count === 3n);
    expect(told()).toMatchObject([{ subject: '[CRITICAL] Trading of paper-1 is HALTED' }]);
  });

  it('is acknowledged by a person over the bus, and ends with what resolves it', async () => {
    const at = nanosFromMillis(Date.now());
    await command({ type: 'AcknowledgeAlert', id: 'ac/1', actor: 'ben', reason: 'on it', at, key: 'trading/paper-1' });
    await until('it is acknowledged', async () => (await listed())[0]?.acknowledgedBy === 'ben');
    await say('ACTIVE', 'checked');
    await until('it is resolved', async () => (await listed()).length === 0);
    await until('the end is told', async () => told().length > 0, 10_000);
    expect(told()).toMatchObject([{ subject: '[RESOLVED] Trading of paper-1 is ACTIVE' }]);
  });

  it('tells what was recorded and not told yet when the service was killed, under the same id when it is told twice', async () => {
    receiver.answer = { status: 503, body: 'away' };
    await say('HALTED', 'before the kill');
    await until('it was tried', async () => told().length > 0, 10_000);
    const [{ id } = { id: '' }] = told();
    await kill();
    receiver.answer = { status: 200, body: 'ok' };
    receiver.received.length = 0;
    await start();
    await until('it arrives', async () => told().length > 0, 30_000);
    expect(told()[0]?.id).toBe(id);
    await say('ACTIVE', 'over');
    await until('the end is told', async () => told().length > 1, 45_000);
  }, 90_000);

  it('tells within five seconds of a message that no service could handle', async () => {
    const note = {
      service: 'risk',
      event: 'risk.commands',
      reason: 'malformed',
      error: 'actor: must not be empty',
      deliveries: 1,
      headers: {},
    };
    const original = { messageId: 'rc/1', stream: 'RISK', sequence: 1, subject: 'tw.risk.v1.commands.0.paper-1' };
    await trail.bus.publish({
      id: 'dlq/risk/RISK/1',
      subject: 'tw.dlq.v1.risk.risk.commands.RISK.1.0123456789ab',
      headers: { 'tw-dead-letter': JSON.stringify({ ...note, ...original }) },
      payload: new Uint8Array(),
    });
    const subject = '[CRITICAL] risk could not handle a message of risk.commands: malformed';
    await until('it arrives', async () => told().some((message) => message.subject === subject), 5_000);
  });

  it('sends a test to every channel when somebody asks', async () => {
    await command({ type: 'TestAlerts', id: 'ac/2', actor: 'ann', reason: 'new channel', at: nanosFromMillis(Date.now()) });
    await until('the test arrives', async () => told().some(({ subject }) => subject === '[CRITICAL] Test of the alerts by ann'), 10_000);
  });
});
