import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import type { TwsServer } from '@tradewind/venue-servers';
import { quantity } from '@tradewind/vocabulary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Broker } from '../../src/broker.js';
import { RecordingBrokerSink, surroundings, until } from '../acceptance/bench.js';
import { freshId, orderOf } from '../acceptance/scene.js';
import { openTws, SceneClock, startTws } from './tws-venue.js';

const IMPORTS = new URL('../../../../scripts/typescript-imports.mjs', import.meta.url).href;
const FLAGS = ['--disable-warning=ExperimentalWarning', '--experimental-transform-types', '--conditions=source', '--import', IMPORTS];

describe('a process that is killed between an order and its answer', () => {
  let server: TwsServer;
  let child: ChildProcess | undefined;
  let broker: Broker | undefined;

  beforeEach(async () => {
    server = await startTws(new SceneClock());
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await broker?.close();
    await server.close();
  });

  /** Places in a process of its own, and kills it once TWS has been asked. */
  const placeAndDie = async (clientOrderId: string): Promise<void> => {
    const program = join(import.meta.dirname, 'placing-process.ts');
    child = spawn(process.execPath, [...FLAGS, program, String(server.port), clientOrderId], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = new Promise((resolve) => child!.once('exit', resolve));
    await until('TWS has the order', () => server.countOf('placeOrder') === 1);
    child.kill('SIGKILL');
    await gone;
  };
  const restarted = async (): Promise<Broker> => {
    broker = openTws(server, surroundings().environment);
    await broker.connect(new RecordingBrokerSink(), AbortSignal.timeout(5000));
    return broker;
  };

  it('finds the order that was taken, and does not place it again', async () => {
    server.muteNext('placeOrder');
    const order = orderOf('LIMIT', { clientOrderId: freshId() });
    await placeAndDie(order.clientOrderId);
    const again = await restarted();
    expect(await again.find(order.clientOrderId)).toMatchObject({ status: 'WORKING', quantity: quantity('10') });
    expect(await again.submit(order)).toMatchObject({ status: 'REFUSED', code: 'DUPLICATE_ORDER_ID' });
    expect((await again.snapshot(0n as never)).orders).toHaveLength(1);
  });

  it('finds nothing of an order that never arrived, which may be placed then and is one', async () => {
    server.ignoreNext('placeOrder');
    const order = orderOf('LIMIT', { clientOrderId: freshId() });
    await placeAndDie(order.clientOrderId);
    const again = await restarted();
    expect(await again.find(order.clientOrderId)).toBeUndefined();
    expect(await again.submit(order)).toMatchObject({ status: 'TAKEN' });
    expect((await again.snapshot(0n as never)).orders).toHaveLength(1);
  });

  it('knows as whose fills the executions of the day are that nobody heard of', async () => {
    server.muteNext('placeOrder');
    const order = orderOf('LIMIT', { clientOrderId: freshId() });
    await placeAndDie(order.clientOrderId);
    server.trading.quote('AAPL', '89.8', '89.9');
    const snapshot = await (await restarted()).snapshot(0n as never);
    expect(snapshot.executions).toMatchObject([{ clientOrderId: order.clientOrderId, quantity: quantity('10') }]);
    expect(snapshot.orders).toMatchObject([{ clientOrderId: order.clientOrderId, status: 'FILLED' }]);
    expect(snapshot.positions).toMatchObject([{ quantity: quantity('10') }]);
  });
});
